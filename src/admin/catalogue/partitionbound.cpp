// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/catalogue/partitionbound.h"

#include <QRegularExpression>

namespace Shardboard {

namespace {

/// Reads "(value, value, …)" at `position`, which moves behind the closing parenthesis. A value is a quoted literal,
/// with doubled quotes, or a bare word or number.
std::optional<QStringList> readValues(const QString &text, qsizetype &position)
{
    static const QRegularExpression value(QStringLiteral(R"(\G\s*(?:E?'((?:[^']|'')*)'|([^',()\s]+))\s*([,)]))"));
    while (position < text.size() && text.at(position).isSpace())
        ++position;
    if (position >= text.size() || text.at(position) != QLatin1Char('('))
        return std::nullopt;
    ++position;
    QStringList values;
    while (true) {
        const QRegularExpressionMatch match = value.match(text, position);
        if (!match.hasMatch())
            return std::nullopt;
        values << (match.hasCaptured(1) ? match.captured(1).replace(QStringLiteral("''"), QStringLiteral("'"))
                                        : match.captured(2));
        position = match.capturedEnd();
        if (match.captured(3) == QLatin1String(")"))
            return values;
    }
}

bool skip(const QString &text, qsizetype &position, const QString &word)
{
    while (position < text.size() && text.at(position).isSpace())
        ++position;
    if (!QStringView(text).mid(position).startsWith(word))
        return false;
    position += word.size();
    return true;
}

std::optional<PartitionBound> readRange(const QString &text, qsizetype position)
{
    PartitionBound bound;
    bound.kind = PartitionBound::Kind::Range;
    const auto from = readValues(text, position);
    if (!from || !skip(text, position, QStringLiteral("TO")))
        return std::nullopt;
    const auto to = readValues(text, position);
    if (!to)
        return std::nullopt;
    bound.from = *from;
    bound.to = *to;
    return bound;
}

std::optional<PartitionBound> readHash(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral("modulus\\s+(\\d+),\\s*remainder\\s+(\\d+)"));
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    PartitionBound bound;
    bound.kind = PartitionBound::Kind::Hash;
    bound.modulus = match.captured(1).toInt();
    bound.remainder = match.captured(2).toInt();
    return bound;
}

/// 0 for the smallest, 2 for the largest, 1 between.
int rank(const QString &value)
{
    if (value == QLatin1String("MINVALUE"))
        return 0;
    return value == QLatin1String("MAXVALUE") ? 2 : 1;
}

} // namespace

QString PartitionBound::display() const
{
    switch (kind) {
    case Kind::Range:
        return from.join(QStringLiteral(", ")) + QStringLiteral(" … ") + to.join(QStringLiteral(", "));
    case Kind::List:
        return values.join(QStringLiteral(", "));
    case Kind::Hash:
        return QStringLiteral("%1 of %2").arg(remainder).arg(modulus);
    case Kind::Default:
        return QStringLiteral("default");
    }
    return {};
}

std::optional<PartitionBound> parsePartitionBound(const QString &text)
{
    if (text == QLatin1String("DEFAULT"))
        return PartitionBound{};
    qsizetype position = 0;
    if (!skip(text, position, QStringLiteral("FOR VALUES")))
        return std::nullopt;
    if (skip(text, position, QStringLiteral("FROM")))
        return readRange(text, position);
    if (skip(text, position, QStringLiteral("WITH")))
        return readHash(text);
    if (!skip(text, position, QStringLiteral("IN")))
        return std::nullopt;
    const auto values = readValues(text, position);
    if (!values)
        return std::nullopt;
    PartitionBound bound;
    bound.kind = PartitionBound::Kind::List;
    bound.values = *values;
    return bound;
}

std::strong_ordering compareBoundValues(const QString &left, const QString &right)
{
    if (rank(left) != rank(right))
        return rank(left) <=> rank(right);
    bool leftIsNumber = false, rightIsNumber = false;
    const double leftNumber = left.toDouble(&leftIsNumber), rightNumber = right.toDouble(&rightIsNumber);
    if (leftIsNumber && rightIsNumber && leftNumber != rightNumber)
        return leftNumber < rightNumber ? std::strong_ordering::less : std::strong_ordering::greater;
    return QString::compare(left, right) <=> 0;
}

bool isBefore(const PartitionBound &left, const PartitionBound &right)
{
    const bool leftIsDefault = left.kind == PartitionBound::Kind::Default;
    const bool rightIsDefault = right.kind == PartitionBound::Kind::Default;
    if (leftIsDefault || rightIsDefault)
        return !leftIsDefault;
    if (left.kind == PartitionBound::Kind::Hash)
        return left.remainder < right.remainder;
    const QStringList &mine = left.kind == PartitionBound::Kind::Range ? left.from : left.values;
    const QStringList &theirs = right.kind == PartitionBound::Kind::Range ? right.from : right.values;
    for (qsizetype i = 0; i < std::min(mine.size(), theirs.size()); ++i) {
        if (const auto order = compareBoundValues(mine.at(i), theirs.at(i)); order != 0)
            return order < 0;
    }
    return mine.size() < theirs.size();
}

} // namespace Shardboard
