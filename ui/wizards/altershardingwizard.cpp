// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/altershardingwizard.h"

#include "admin/distribute/candidates.h"
#include "admin/distribute/shardingsession.h"
#include "admin/job.h"
#include "connection/syncsession.h"
#include "ui/common/errorview.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QSpinBox>

namespace Shardboard {

AlterShardingWizard::AlterShardingWizard(const QualifiedName &table, const WizardContext &context, QWidget *parent)
    : ShardingWizard(tr("Change how %1 is distributed").arg(table.display()), context, parent)
    , m_table(table)
    , m_column(new QComboBox(this))
    , m_count(new QSpinBox(this))
    , m_group(new QComboBox(this))
    , m_cascade(new QCheckBox(tr("&The whole colocation group moves along"), this))
    , m_error(new ErrorView(this))
{
    addStep(tr("What changes"), makeQuestion());
    addJudgedSteps();
    for (QComboBox *box : {m_column, m_group})
        connect(box, &QComboBox::activated, this, &AlterShardingWizard::showChoice);
    connect(m_count, &QSpinBox::valueChanged, this, &AlterShardingWizard::showChoice);
    connect(m_cascade, &QCheckBox::clicked, this, &AlterShardingWizard::showChoice);
    connect(m_error, &ErrorView::retryRequested, this, &AlterShardingWizard::read);
    goTo(0);
    read();
}

QWidget *AlterShardingWizard::makeQuestion()
{
    auto *question = new QWidget(this);
    auto *form = makeForm(question);
    form->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    form->addRow(makeHeading(tr("What shall change?"), 1.35, question));
    form->addRow(makeDimLabel(
        tr("The table is written anew in other shards, under its name. Writes wait until it is done."), question));
    form->addRow(tr("Distribution &column"), m_column);
    form->addRow(tr("&Shards"), m_count);
    form->addRow(tr("&Lies with"), m_group);
    form->addRow({}, m_cascade);
    form->addRow(m_error);
    alignLabels(*form);
    m_column->setAccessibleName(tr("Distribution column"));
    m_count->setAccessibleName(tr("Shards"));
    m_group->setAccessibleName(tr("Lies with"));
    m_group->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_count->setRange(1, largestShardCount);
    m_error->setRetryVisible(true);
    m_error->hide();
    question->setFocusProxy(m_column);
    return question;
}

void AlterShardingWizard::read()
{
    delete m_reading;
    m_error->hide();
    setNext(tr("Next"), false);
    m_reading = Job::start<Outcome<ShardingFacts>>(
        this,
        [&io = context().io, settings = context().profile.settings, table = m_table](
            std::stop_token stop, const ProgressSink &) -> Outcome<ShardingFacts> {
            SyncSession session(io, settings, SessionPurpose::Job, stop);
            if (const auto opened = session.open(); !opened)
                return opened.failure<ShardingFacts>();
            return loadShardingFacts(session, {{table}, {}});
        },
        [this](Outcome<ShardingFacts> facts) {
            if (facts)
                return showFacts(*facts);
            if (facts.isError()) {
                m_error->setError(facts.error(), tr("The table could not be read"));
                m_error->show();
            }
        });
}

void AlterShardingWizard::showFacts(const ShardingFacts &facts)
{
    m_facts = facts;
    const ShardingTable *table = facts.table(m_table);
    if (!table || table->distributionColumn.isEmpty()) {
        m_error->setError(ServerError::usage(tr("%1 is not distributed by a column.").arg(m_table.display())));
        m_error->show();
        return;
    }
    const QSignalBlocker blocker(m_count);
    m_column->clear();
    m_group->clear();
    for (const ShardingColumn &column : table->columns) {
        if (column.isHashable && !column.isGenerated)
            m_column->addItem(tr("%1 (%2)").arg(column.name, column.type), column.name);
    }
    m_column->setCurrentIndex(m_column->findData(table->distributionColumn));
    m_count->setValue(m_wishedCount > 0 ? m_wishedCount : table->shardCount);
    m_group->addItem(tr("as it is"), QString());
    m_group->addItem(tr("no other table"), QStringLiteral("none"));
    if (const ShardingColumn *column = table->column(table->distributionColumn)) {
        for (const GroupFacts &group : fittingGroups(*column, facts.cluster)) {
            if (group.group.id != table->colocationId)
                m_group->addItem(tr("%1 (%n shard(s))", nullptr, group.group.shardCount).arg(group.members.first()),
                    group.members.first());
        }
    }
    // A table that leaves its mates loses its foreign keys with them.
    m_cascade->setChecked(group().size() > 1);
    showChoice();
}

QStringList AlterShardingWizard::group() const
{
    const ShardingTable *table = m_facts.table(m_table);
    for (const GroupFacts &group : m_facts.cluster.groups) {
        if (table && group.group.id == table->colocationId)
            return group.members;
    }
    return {};
}

void AlterShardingWizard::setShardCount(int count)
{
    m_wishedCount = count;
    if (!m_facts.tables.isEmpty())
        m_count->setValue(count);
}

AlterShardingSettings AlterShardingWizard::settings() const
{
    AlterShardingSettings settings;
    settings.table = m_table;
    const ShardingTable *table = m_facts.table(m_table);
    if (!table)
        return settings;
    const QString column = m_column->currentData().toString();
    if (column != table->distributionColumn)
        settings.column = column;
    settings.colocateWith = m_group->currentData().toString();
    const bool namesTable = !settings.colocateWith.isEmpty() && settings.colocateWith != QStringLiteral("none");
    if (m_count->value() != table->shardCount && !namesTable)
        settings.shardCount = m_count->value();
    settings.cascade = m_cascade->isEnabled() && m_cascade->isChecked();
    return settings;
}

void AlterShardingWizard::showChoice()
{
    AlterShardingSettings wanted = settings();
    const bool namesTable = !wanted.colocateWith.isEmpty() && wanted.colocateWith != QStringLiteral("none");
    m_count->setEnabled(!namesTable);
    m_cascade->setEnabled(
        group().size() > 1 && wanted.column.isEmpty() && wanted.colocateWith != QStringLiteral("none"));
    wanted = settings();
    const bool changes = !wanted.column.isEmpty() || wanted.shardCount > 0 || !wanted.colocateWith.isEmpty();
    setNext(tr("Next"), changes);
    Meaning meaning;
    meaning.text = !changes ? tr("Nothing changes yet.")
        : wanted.cascade
        ? tr("All tables of the group are written anew, and stay joinable on their nodes.")
        : tr("Only this table is written anew. Joins with the tables that it lies with now may have to move rows.");
    if (const QStringList together = group(); together.size() > 1)
        meaning.text += QStringLiteral("\n\n") + tr("The %n table(s) of the group:", nullptr, int(together.size()))
            + QLatin1Char('\n') + together.mid(0, 12).join(QLatin1Char('\n'));
    meaning.note = tr("For a while the rows are there twice.");
    if (currentStep() == 0)
        setMeaning(meaning);
}

Outcome<Intent> AlterShardingWizard::wish() const
{
    return alterShardingIntent(settings());
}

void AlterShardingWizard::enteredOwnQuestion(int step)
{
    page(step)->setFocus();
    showChoice();
}

} // namespace Shardboard
