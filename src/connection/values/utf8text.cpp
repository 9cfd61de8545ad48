// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/values/utf8text.h"

#include <algorithm>

namespace Shardboard {

namespace {

/// Bytes of the character at the beginning; 0 when there is none.
qsizetype characterLength(QByteArrayView bytes)
{
    const auto lead = static_cast<uchar>(bytes.front());
    const qsizetype length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return lead != 0 && length <= bytes.size() && bytes.first(length).isValidUtf8() ? length : 0;
}

} // namespace

QString TextFault::toText() const
{
    const QString place = QStringLiteral("at line %1, column %2").arg(line).arg(column);
    if (byte == 0)
        return QStringLiteral("a NUL byte %1, which no text can hold").arg(place);
    return QStringLiteral("byte 0x%1 %2 is not valid UTF-8")
        .arg(QString::number(byte, 16).toUpper().rightJustified(2, u'0'), place);
}

std::optional<TextFault> findTextFaultPlace(QByteArrayView bytes)
{
    if (bytes.isValidUtf8() && !bytes.contains('\0'))
        return std::nullopt;
    TextFault fault;
    while (fault.offset < bytes.size()) {
        const qsizetype length = characterLength(bytes.sliced(fault.offset));
        if (length == 0)
            break;
        const bool isLineEnd = bytes[fault.offset] == '\n';
        fault.line += isLineEnd ? 1 : 0;
        fault.column = isLineEnd ? 1 : fault.column + 1;
        fault.offset += length;
    }
    fault.byte = static_cast<uchar>(bytes[std::min(fault.offset, bytes.size() - 1)]);
    return fault;
}

Outcome<QString> decodeUtf8(QByteArrayView bytes, const QString &source)
{
    constexpr QByteArrayView mark("\xEF\xBB\xBF");
    if (bytes.startsWith("\xFF\xFE") || bytes.startsWith("\xFE\xFF"))
        return ServerError::usage(
            QStringLiteral("%1 is UTF-16 text.").arg(source), QStringLiteral("Save it as UTF-8 first."));
    if (bytes.startsWith(mark))
        bytes = bytes.sliced(mark.size());
    if (const auto fault = findTextFaultPlace(bytes))
        return ServerError::usage(QStringLiteral("%1: %2.").arg(source, fault->toText()),
            QStringLiteral("Convert it to UTF-8 first, for example by iconv -f LATIN1 -t UTF-8."));
    return QString::fromUtf8(bytes);
}

} // namespace Shardboard
