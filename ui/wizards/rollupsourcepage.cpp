// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rollupsourcepage.h"

#include "admin/facts.h"
#include "ui/common/errorview.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/dashboard/progressline.h"
#include "ui/tables/figures.h"
#include "ui/wizards/rollupstrategyview.h"

#include <QComboBox>
#include <QCompleter>
#include <QFormLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QSpinBox>
#include <QVBoxLayout>

namespace Shardboard {

RollupSourcePage::RollupSourcePage(QWidget *parent)
    : QWidget(parent)
    , m_table(new QComboBox(this))
    , m_time(new QComboBox(this))
    , m_about(makeDimLabel({}, this))
    , m_how(makeHeading(tr("How are new rows found?"), 1.1, this))
    , m_strategies(new RollupStrategyView(this))
    , m_closed(makeClosedSettings())
    , m_error(new ErrorView(this))
    , m_progress(new ProgressLine(this))
{
    m_table->setEditable(true);
    m_table->setInsertPolicy(QComboBox::NoInsert);
    m_table->completer()->setFilterMode(Qt::MatchContains);
    m_table->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_table->lineEdit()->setPlaceholderText(tr("Choose a table, or type part of its name"));
    m_table->setAccessibleName(tr("Table"));
    m_time->setAccessibleName(tr("Time"));
    setupLayout();
    connect(m_table, &QComboBox::activated, this, &RollupSourcePage::choose);
    connect(m_table->lineEdit(), &QLineEdit::editingFinished, this, [this] {
        const int index = m_table->findText(m_table->currentText(), Qt::MatchFixedString);
        if (index >= 0 && index != m_table->currentIndex()) {
            m_table->setCurrentIndex(index);
            choose();
        } else if (index < 0) { // no such table: the one that was chosen stays
            m_table->setEditText(m_table->itemText(m_table->currentIndex()));
        }
    });
    const auto announce = [this] {
        if (!m_isLoading)
            Q_EMIT changed();
    };
    connect(m_time, &QComboBox::activated, this, announce);
    connect(m_grace, &QComboBox::currentTextChanged, this, announce);
    connect(m_recompute, &QSpinBox::valueChanged, this, announce);
    connect(m_strategies, &RollupStrategyView::chosen, this, [this](std::optional<RollupStrategy> strategy) {
        m_chosen = strategy;
        Q_EMIT changed();
    });
    connect(m_error, &ErrorView::retryRequested, this, &RollupSourcePage::retryRequested);
}

QWidget *RollupSourcePage::makeClosedSettings()
{
    auto *box = new QWidget(this);
    m_grace = new QComboBox(box);
    m_grace->setEditable(true);
    m_grace->addItems({QStringLiteral("1 minute"), QStringLiteral("5 minutes"), QStringLiteral("15 minutes"),
        QStringLiteral("1 hour")});
    m_grace->setAccessibleName(tr("A bucket closes so long after its end"));
    m_recompute = new QSpinBox(box);
    m_recompute->setRange(0, 1000);
    m_recompute->setAccessibleName(tr("Closed buckets made anew by each run"));
    auto *form = makeForm(box);
    form->setContentsMargins(Spacing::huge, 0, 0, 0);
    form->addRow(tr("A bucket closes, after its &end by"), m_grace);
    form->addRow(tr("Closed buckets made &anew by each run"), m_recompute);
    form->addRow(makeDimLabel(
        tr("Rows may come so late and still be counted. Those that come later yet are shown by Verify, not lost "
           "silently."),
        box));
    alignLabels(*form);
    return box;
}

void RollupSourcePage::setupLayout()
{
    auto *inner = new QWidget(this);
    auto *layout = new QVBoxLayout(inner);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::medium);
    auto *form = makeForm(nullptr);
    form->setContentsMargins({});
    form->addRow(tr("Ta&ble"), m_table);
    form->addRow(tr("&Time"), m_time);
    form->addRow({}, m_about);
    alignLabels(*form);
    m_error->setRetryVisible(true);
    m_error->hide();
    layout->addWidget(makeHeading(tr("What shall be rolled up?"), 1.35, this));
    layout->addWidget(m_progress);
    layout->addLayout(form);
    layout->addWidget(m_error);
    layout->addWidget(m_how);
    layout->addWidget(m_strategies);
    layout->addWidget(m_closed);
    layout->addStretch(1);
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(inner);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins({});
    outer->addWidget(scroll);
    setFocusProxy(m_table);
    m_how->hide();
    m_closed->hide();
}

void RollupSourcePage::showWorking(bool isWorking)
{
    m_progress->setRunning(isWorking);
    m_time->setEnabled(!isWorking);
    if (isWorking)
        m_error->hide();
}

void RollupSourcePage::showObstacle(const ServerError &obstacle)
{
    m_error->setError(obstacle, tr("Nothing can be rolled up here"));
    m_error->show();
}

void RollupSourcePage::showError(const ServerError &error)
{
    m_error->setError(error, tr("The tables could not be read"));
    m_error->show();
}

void RollupSourcePage::fillTables(const CatalogueFacts &facts, const QualifiedName &chosen)
{
    QList<std::pair<QString, QString>> items; // text, name
    for (const TableFacts &table : facts.tables) {
        if (table.name.schema == QStringLiteral("shardboard"))
            continue;
        const RollupFacts *finer = finerRollup(table.name, facts);
        items.append({finer ? tr("%1 (rollup, %2)").arg(table.name.display(), readableBucket(finer->bucket))
                            : table.name.display(),
            table.name.quoted()});
    }
    if (items != m_items) { // there may be thousands
        m_items = items;
        m_table->clear();
        for (const auto &[text, name] : items)
            m_table->addItem(text, name);
    }
    m_table->setCurrentIndex(m_table->findData(chosen.quoted()));
}

void RollupSourcePage::load(
    const RollupDraft &draft, const TableFacts *table, const CatalogueFacts &facts, const RollupSourceFigures &figures)
{
    m_isLoading = true;
    fillTables(facts, draft.table);
    m_time->clear();
    auto choices = table ? rollupStrategies(*table, draft.timeColumn, facts) : QList<RollupStrategyChoice>();
    const bool isCascade = table && finerRollup(table->name, facts);
    if (isCascade) // its figures are to be merged: counted like raw rows they would be wrong
        choices.removeIf([](const RollupStrategyChoice &one) { return one.strategy != RollupStrategy::Cascade; });
    for (const ColumnFacts &column : table ? table->columns : QList<ColumnFacts>()) {
        const bool isTime
            = column.type.startsWith(QStringLiteral("timestamp")) || column.type == QStringLiteral("date");
        if (isTime && (!isCascade || column.name == draft.timeColumn))
            m_time->addItem(column.name);
    }
    m_time->setCurrentIndex(m_time->findText(draft.timeColumn));
    m_chosen = draft.strategy;
    m_strategies->setChoices(choices, draft.strategy);
    m_how->setVisible(table);
    m_closed->setVisible(table && m_strategies->current() == RollupStrategy::ClosedBuckets);
    if (m_grace->currentText() != draft.grace)
        m_grace->setCurrentText(draft.grace);
    m_recompute->setValue(draft.recompute);
    m_about->setText(describe(draft, table, facts, figures));
    m_isLoading = false;
}

QString RollupSourcePage::describe(const RollupDraft &draft, const TableFacts *table, const CatalogueFacts &facts,
    const RollupSourceFigures &figures) const
{
    if (facts.tables.isEmpty())
        return tr("There is no table in this database yet. Create one, or set up a blueprint (Tools).");
    if (!table)
        return draft.table.name.isEmpty() ? QString() : tr("The table is not there any more.");
    QStringList parts;
    if (table->isDistributed())
        parts << tr("distributed by %1").arg(table->distributionColumn);
    if (table->isPartitioned)
        parts << tr("partitioned");
    if (figures.rows >= 0)
        parts << tr("about %1 rows").arg(countText(double(figures.rows)));
    if (figures.bytes >= 0)
        parts << bytesText(double(figures.bytes));
    QString text = parts.join(QStringLiteral(" · "));
    if (m_time->count() == 0)
        text += QLatin1Char('\n') + tr("None of its columns is a time, so its rows belong to no bucket.");
    else if (const ColumnFacts *time = table->column(draft.timeColumn); time && !time->isNotNull)
        text += QLatin1Char('\n')
            + tr("%1 may be NULL: such rows belong to no bucket; Verify tells how many there are.").arg(time->name);
    return text.trimmed();
}

void RollupSourcePage::store(RollupDraft &draft) const
{
    draft.strategy = m_chosen;
    draft.timeColumn = m_time->currentText();
    draft.grace = m_grace->currentText().trimmed();
    draft.recompute = m_recompute->value();
}

void RollupSourcePage::chooseTable(const QualifiedName &table)
{
    m_table->setCurrentIndex(m_table->findData(table.quoted()));
    choose();
}

void RollupSourcePage::choose()
{
    if (m_table->currentIndex() >= 0)
        Q_EMIT tableChosen(parseQualifiedName(m_table->currentData().toString()));
}

} // namespace Shardboard
