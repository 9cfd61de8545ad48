// SPDX-License-Identifier: GPL-3.0-or-later
#include "dashboard/document.h"

#include "dashboard/documentnames.h"

#include <algorithm>

namespace Shardboard {

using namespace Qt::StringLiterals;

const QStringList &fieldUnits()
{
    static const QStringList units{
        QString(), u"ms"_s, u"s"_s, u"percent"_s, u"bytes"_s, u"per-second"_s, u"per-minute"_s};
    return units;
}

const QHash<QString, Panel::Kind> &panelKinds()
{
    static const QHash<QString, Panel::Kind> names{
        {u"timeSeries"_s, Panel::Kind::TimeSeries},
        {u"stat"_s, Panel::Kind::Stat},
        {u"bars"_s, Panel::Kind::Bars},
        {u"table"_s, Panel::Kind::Table},
        {u"share"_s, Panel::Kind::Share},
        {u"text"_s, Panel::Kind::Text},
    };
    return names;
}

const QHash<QString, Panel::Drawing> &panelDrawings()
{
    static const QHash<QString, Panel::Drawing> names{
        {u"line"_s, Panel::Drawing::Line},
        {u"area"_s, Panel::Drawing::Area},
        {u"stacked"_s, Panel::Drawing::Stacked},
        {u"bars"_s, Panel::Drawing::Bars},
    };
    return names;
}

const QHash<QString, Variable::Kind> &variableKinds()
{
    static const QHash<QString, Variable::Kind> names{
        {u"query"_s, Variable::Kind::Query},
        {u"list"_s, Variable::Kind::List},
        {u"text"_s, Variable::Kind::Text},
    };
    return names;
}

const Panel *Document::panel(const QString &panelId) const
{
    const auto found = std::find_if(panels.begin(), panels.end(), [&](const Panel &p) { return p.id == panelId; });
    return found == panels.end() ? nullptr : &*found;
}

QString documentNotice(const Document &document)
{
    if (document.schemaVersion <= Document::currentSchemaVersion)
        return {};
    return u"This dashboard was written by a newer version (schema %1, this one knows %2). What is new in it is kept "
           u"in the "
           "file and not shown."_s.arg(document.schemaVersion)
               .arg(Document::currentSchemaVersion);
}

} // namespace Shardboard
