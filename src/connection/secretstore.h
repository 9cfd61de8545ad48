// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QObject>
#include <QString>

#include <functional>
#include <optional>

namespace Shardboard {

/// Where passwords are kept between runs. The program passes the system's keychain in; tests pass memory.
/// Handlers are called on the caller's thread, later, and not at all when the context died.
class SecretStore
{
public:
    virtual ~SecretStore() = default;
    /// nullopt: there is none. An error: the keychain cannot be used (said once, then the password is asked for).
    virtual void read(const QString &key, QObject *context, std::function<void(Outcome<std::optional<QString>>)> done)
        = 0;
    virtual void write(
        const QString &key, const QString &secret, QObject *context, std::function<void(Completion)> done)
        = 0;
    virtual void remove(const QString &key, QObject *context, std::function<void(Completion)> done) = 0;
};

} // namespace Shardboard
