// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/secretstore.h"

namespace Shardboard {

/// Passwords in the system's keychain (Secret Service, KWallet, …). Never falls back to a file: where there is no
/// keychain, every call answers with an error that says so.
class Keychain final : public SecretStore
{
public:
    void read(const QString &key, QObject *context, std::function<void(Outcome<std::optional<QString>>)> done) override;
    void write(
        const QString &key, const QString &secret, QObject *context, std::function<void(Completion)> done) override;
    void remove(const QString &key, QObject *context, std::function<void(Completion)> done) override;
};

} // namespace Shardboard
