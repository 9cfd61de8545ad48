// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QByteArrayView>
#include <QString>

#include <optional>

namespace Shardboard {

/// A byte that no text holds, and where it stands.
struct TextFault
{
    qsizetype offset = 0; ///< in bytes
    qint64 line = 1; ///< 1-based
    qint64 column = 1; ///< 1-based, in characters
    uchar byte = 0; ///< NUL, or one that does not fit UTF-8

    /// "byte 0xE9 at line 3, column 12 is not valid UTF-8"
    QString toText() const;
};

/// The first byte that is NUL or not valid UTF-8; nullopt when there is none.
std::optional<TextFault> findTextFaultPlace(QByteArrayView bytes);

/// Input as text, without a byte order mark. Nothing is replaced: bytes that are no text are an error with their line
/// and column. `source` begins the message: "Standard input".
Outcome<QString> decodeUtf8(QByteArrayView bytes, const QString &source);

} // namespace Shardboard
