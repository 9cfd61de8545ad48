// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/retention/retentionpreview.h"

#include "admin/blueprint.h"
#include "admin/enumnames.h"
#include "admin/facts.h"
#include "admin/retention/retentionreader.h"
#include "admin/rollupchooser.h"

#include <QLocale>

namespace Shardboard {

using namespace Qt::StringLiterals;

namespace {

using Fate = ExpiringPartition::Fate;

constexpr std::array<EnumName<Fate>, 4> fateNames{
    {{Fate::Goes, QLatin1StringView("goes")}, {Fate::Waits, QLatin1StringView("waits")},
        {Fate::Wide, QLatin1StringView("wide")}, {Fate::Beyond, QLatin1StringView("beyond")}}};

QString keepProblem(const QString &keep)
{
    const BlueprintSetting setting{
        .name = u"keep"_s, .label = {}, .help = {}, .kind = BlueprintSetting::Kind::Interval, .defaultValue = {}};
    return checkSetting(setting, keep);
}

bool isTime(const ColumnFacts &column)
{
    return column.type.startsWith(u"timestamp") || column.type == u"date";
}

QString countText(qint64 count)
{
    return QLocale(QLocale::English).toString(count);
}

QString sizeText(qint64 bytes)
{
    return QLocale::c().formattedDataSize(bytes, 1);
}

} // namespace

QString partitionFateName(ExpiringPartition::Fate fate)
{
    return nameOf(fateNames, fate);
}

bool RetentionPreview::isRefused() const
{
    return std::ranges::any_of(holds, &RetentionHold::isRefusal);
}

qsizetype RetentionPreview::partitionsGoing() const
{
    return std::ranges::count(partitions, Fate::Goes, &ExpiringPartition::fate);
}

QString RetentionPreview::whatGoes() const
{
    if (isEmpty())
        return u"nothing"_s;
    if (!isByPartitions) {
        const QString number = isExact ? countText(rows) : u"at least %1"_s.arg(countText(rows));
        return rows == 1 ? u"1 row (some %1)"_s.arg(sizeText(bytes))
                         : u"%1 rows (some %2)"_s.arg(number, sizeText(bytes));
    }
    const qsizetype count = partitionsGoing();
    QString text = count == 1 ? u"1 partition"_s : u"%1 partitions"_s.arg(countText(count));
    if (rows >= 0)
        text += u" with some %1 rows"_s.arg(countText(rows));
    return bytes < 0 ? text : text + u" (%1)"_s.arg(sizeText(bytes));
}

Outcome<RetentionWish> completeWish(RetentionWish wish, const CatalogueFacts &facts)
{
    if (wish.table.schema.isEmpty())
        wish.table.schema = u"public"_s;
    const TableFacts *table = facts.table(wish.table);
    if (!table)
        return ServerError::usage(u"there is no table \"%1\""_s.arg(wish.table.display()),
            u"Rows of tables expire; a partition's rows with the table it belongs to."_s);
    const RetentionFacts *known = facts.retention(wish.table);
    if (wish.timeColumn.isEmpty())
        wish.timeColumn = known ? known->timeColumn : likelyTimeColumn(*table);
    if (wish.timeColumn.isEmpty())
        return ServerError::usage(u"%1 has no column of a time by which rows could expire"_s.arg(wish.table.display()),
            u"Add one of type timestamptz that says when a row came."_s);
    const ColumnFacts *column = table->column(wish.timeColumn);
    if (!column)
        return ServerError::usage(u"table %1 has no column \"%2\""_s.arg(wish.table.display(), wish.timeColumn));
    if (!isTime(*column))
        return ServerError::usage(u"column %1 of %2 is of type %3, which is no time"_s.arg(
                                      wish.timeColumn, wish.table.display(), column->type),
            u"Rows expire by a column of type timestamptz, timestamp or date."_s);
    if (wish.keep.isEmpty() && known && known->keep)
        wish.keep = *known->keep;
    else if (wish.keep.isEmpty())
        return ServerError::usage(u"rows of %1 are kept for ever"_s.arg(wish.table.display()),
            u"Say how long they shall be kept, such as \"30 days\"."_s);
    else if (const QString problem = keepProblem(wish.keep); !problem.isEmpty())
        return ServerError::usage(problem);
    return wish;
}

Outcome<RetentionPreview> previewRetention(SyncSession &session, const RetentionWish &wish)
{
    const Outcome<CatalogueFacts> facts = loadFacts(session);
    if (!facts)
        return facts.failure<RetentionPreview>();
    const Outcome<RetentionWish> complete = completeWish(wish, *facts);
    if (!complete)
        return complete.failure<RetentionPreview>();
    RetentionPreview preview;
    preview.wish = *complete;
    const Outcome<QString> condition = RetentionReader::readDue(session, *facts, preview);
    if (!condition)
        return condition.failure<RetentionPreview>();
    for (const Completion &read : {RetentionReader::readFigures(session, *facts, *condition, preview),
             RetentionReader::readDependants(session, *facts, preview),
             RetentionReader::readNotes(session, *facts, preview)})
        if (!read)
            return read.failure<RetentionPreview>();
    return preview;
}

} // namespace Shardboard
