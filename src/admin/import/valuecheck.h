// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QList>
#include <QString>

#include <cstdint>

namespace Shardboard {

/// What is checked of a column's values before they travel.
enum class CheckedKind : uint8_t {
    Ignored, ///< the field goes nowhere
    Unchecked, ///< the server alone can tell
    Text, ///< anything goes
    Varchar, ///< at most `limit` characters
    Int2,
    Int4,
    Int8,
    Numeric, ///< at most `limit` digits before the point, -1: any
    Float,
    Bool,
    Timestamp, ///< with or without time zone
    Date,
    Time,
    Uuid,
    Json,
    Bytea,
    Enum,
};

/// A column as far as its values can be judged on this side.
struct ValueCheck
{
    CheckedKind kind = CheckedKind::Unchecked;
    int limit = -1;
    bool isRequired = false; ///< NULL would be refused
    QList<QByteArray> labels; ///< of an enum
    QString column;
    QString type; ///< as SQL names it

    bool operator==(const ValueCheck &) const = default;
};

/// False only when the server is certain to refuse the text; what cannot be told here is the server's to decide. The
/// text is valid UTF-8 without NUL.
bool valueFits(const ValueCheck &check, QByteArrayView text);

/// `column "status_code": "abc" is not an integer`; for a text that does not fit. A long text is cut.
QByteArray describeMisfit(const ValueCheck &check, QByteArrayView text);
QByteArray describeMissing(const ValueCheck &check);

/// Each as valueFits() for its kind.
bool integerFits(QByteArrayView text, qint64 minimum, qint64 maximum);
bool numericFits(QByteArrayView text, int integerDigits);
bool floatFits(QByteArrayView text);
bool booleanFits(QByteArrayView text);
bool uuidFits(QByteArrayView text);
bool timestampFits(QByteArrayView text);
bool dateFits(QByteArrayView text);
bool timeFits(QByteArrayView text);
bool jsonFits(QByteArrayView text);
bool byteaFits(QByteArrayView text);

} // namespace Shardboard
