// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/distributegrouppage.h"

#include "admin/distribute/candidates.h"
#include "admin/distribute/plannedstate.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QComboBox>
#include <QRadioButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

/// Groups that every table to be distributed could join.
QList<GroupFacts> groupsForAll(const DistributeDraft &draft, const ShardingFacts &facts)
{
    QList<GroupFacts> common;
    bool isFirst = true;
    for (const DistributeDraft::Table &table : draft.distributed()) {
        const ShardingTable *known = facts.table(table.name);
        const ShardingColumn *column = known ? known->column(table.column) : nullptr;
        const QList<GroupFacts> fitting = column ? fittingGroups(*column, facts.cluster) : QList<GroupFacts>();
        if (isFirst)
            common = fitting;
        else
            common.removeIf([&](const GroupFacts &one) {
                return std::ranges::none_of(
                    fitting, [&](const GroupFacts &other) { return other.group.id == one.group.id; });
            });
        isFirst = false;
    }
    return common;
}

} // namespace

DistributeGroupPage::DistributeGroupPage(QWidget *parent)
    : QWidget(parent)
    , m_default(new QRadioButton(tr("&Together with what fits (the server's default)"), this))
    , m_existing(new QRadioButton(tr("With the tables of this &group:"), this))
    , m_own(new QRadioButton(tr("In a group of their &own"), this))
    , m_groups(new QComboBox(this))
    , m_count(new QSpinBox(this))
    , m_advice(makeDimLabel({}, this))
    , m_joins(makeTextLabel(this))
    , m_noGroups(makeDimLabel(tr("There is no group yet whose distribution column is of this type."), this))
{
    setupLayout();
    for (QRadioButton *button : {m_default, m_existing, m_own})
        connect(button, &QRadioButton::clicked, this, &DistributeGroupPage::announce);
    connect(m_groups, &QComboBox::activated, this, &DistributeGroupPage::announce);
    connect(m_count, &QSpinBox::valueChanged, this, &DistributeGroupPage::announce);
}

void DistributeGroupPage::setupLayout()
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    layout->addWidget(makeHeading(tr("Which tables shall lie together?"), 1.35, this));
    layout->addWidget(makeDimLabel(
        tr("Tables of one colocation group have their rows with equal distribution values on the same node: joins and "
           "foreign keys on that column stay there."),
        this));
    layout->addWidget(m_default);
    layout->addWidget(m_existing);
    auto *indented = new QVBoxLayout;
    indented->setContentsMargins(Spacing::huge, 0, 0, 0);
    indented->addWidget(m_groups);
    indented->addWidget(m_noGroups);
    layout->addLayout(indented);
    layout->addWidget(m_own);
    layout->addWidget(m_joins);
    layout->addSpacing(Spacing::medium);
    auto *label = new Label(tr("&Shards of a new group"), this);
    label->setBuddy(m_count);
    auto *row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_count);
    row->addStretch(1);
    layout->addLayout(row);
    layout->addWidget(m_advice);
    layout->addStretch(1);
    m_groups->setAccessibleName(tr("Colocation group"));
    m_groups->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_count->setAccessibleName(tr("Shards of a new group"));
    m_count->setRange(1, largestShardCount);
    m_count->setMaximumWidth(120);
    setFocusProxy(m_default);
}

void DistributeGroupPage::setDraft(const DistributeDraft &draft, const ShardingFacts &facts)
{
    m_draft = draft;
    m_facts = facts;
    const QSignalBlocker blockCount(m_count), blockGroups(m_groups);
    m_groups->clear();
    int current = 0;
    for (const GroupFacts &group : groupsForAll(draft, facts)) {
        if (group.members.contains(draft.mate.quoted()))
            current = m_groups->count();
        m_groups->addItem(tr("%1 (%n shard(s))", nullptr, group.group.shardCount)
                              .arg(group.members.mid(0, 4).join(QStringLiteral(", "))
                                  + (group.members.size() > 4 ? QStringLiteral(", …") : QString())),
            group.members);
    }
    m_groups->setCurrentIndex(current);
    const bool hasGroups = m_groups->count() > 0;
    m_groups->setVisible(hasGroups);
    m_noGroups->setVisible(!hasGroups);
    m_existing->setEnabled(hasGroups);
    QList<ShardingTable> tables;
    for (const DistributeDraft::Table &table : draft.distributed()) {
        if (const ShardingTable *known = facts.table(table.name))
            tables << *known;
    }
    const ShardCountAdvice advice = adviseShardCount(tables, facts.cluster);
    m_advice->setText(tr("Advised: %1. %2").arg(advice.count).arg(advice.why));
    m_count->setValue(draft.shardCount > 0 ? draft.shardCount : facts.cluster.defaultShardCount);
    m_count->setEnabled(draft.group != DistributeDraft::Group::Existing);
    m_default->setChecked(draft.group == DistributeDraft::Group::Default);
    m_existing->setChecked(draft.group == DistributeDraft::Group::Existing);
    m_own->setChecked(draft.group == DistributeDraft::Group::Own);
    showJoins();
}

void DistributeGroupPage::showJoins()
{
    const PlannedState state(m_draft.settings(m_facts), m_facts);
    QStringList lines;
    QStringList seen;
    for (const DistributeDraft::Table &table : m_draft.distributed()) {
        const QString key = state[table.name].group;
        if (key.isEmpty() || seen.contains(key))
            continue;
        seen << key;
        QStringList members;
        for (const DistributeDraft::Table &other : m_draft.distributed()) {
            if (state[other.name].group == key)
                members << QStringLiteral("%1.%2").arg(other.name.display(), other.column);
        }
        if (const GroupFacts *group = state.existingGroup(table.name))
            members << group->members;
        lines << (members.size() > 1 ? tr("Joinable on their nodes: %1").arg(members.join(QStringLiteral(", ")))
                                     : tr("%1 lies alone.").arg(members.join(QString())));
    }
    m_joins->setText(lines.join(QLatin1Char('\n')));
}

void DistributeGroupPage::announce()
{
    const auto group = m_existing->isChecked() ? DistributeDraft::Group::Existing
        : m_own->isChecked()                   ? DistributeDraft::Group::Own
                                               : DistributeDraft::Group::Default;
    const QStringList members = m_groups->currentData().toStringList();
    const QualifiedName mate = group == DistributeDraft::Group::Existing && !members.isEmpty()
        ? parseQualifiedName(members.first())
        : QualifiedName();
    const int count = m_count->value() == m_facts.cluster.defaultShardCount ? 0 : m_count->value();
    Q_EMIT groupChosen(group, mate, count);
}

} // namespace Shardboard
