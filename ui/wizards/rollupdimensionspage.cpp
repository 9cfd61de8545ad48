// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rollupdimensionspage.h"

#include "admin/facts.h"
#include "ui/common/forms.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/tables/figures.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

enum Column { Name, Type, Distinct, Remark, ColumnCount };

QTableWidgetItem *makeItem(const QString &text, bool isEditable = false)
{
    auto *item = new QTableWidgetItem(text);
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | (isEditable ? Qt::ItemIsEditable : Qt::NoItemFlags));
    item->setToolTip(text);
    return item;
}

/// More than every other row has a value of its own: grouping by it would reduce nothing.
bool isScattered(const ColumnFigures &seen, qint64 rows)
{
    return rows >= 100 && seen.distinct > rows / 2;
}

} // namespace

RollupDimensionsPage::RollupDimensionsPage(QWidget *parent)
    : QWidget(parent)
    , m_table(new QTableWidget(0, ColumnCount, this))
    , m_adder(new QWidget(this))
    , m_name(new QLineEdit(this))
    , m_expression(new QLineEdit(this))
    , m_add(new QPushButton(tr("&Add"), this))
    , m_remove(new QPushButton(tr("&Remove it"), this))
    , m_problems(makeDimLabel({}, this))
    , m_note(makeDimLabel({}, this))
{
    setupTableColumns();
    setTone(m_problems, Tone::Error);
    m_problems->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    layout->addWidget(makeHeading(tr("Grouped by what, beside time?"), 1.35, this));
    layout->addWidget(makeDimLabel(
        tr("Each tick multiplies the rollup's rows; what is not ticked cannot be told apart in the rollup any more."),
        this));
    layout->addWidget(m_table, 1);
    layout->addWidget(m_problems);
    m_adder->setLayout(makeAdder());
    layout->addWidget(m_adder);
    layout->addWidget(m_note);
    setFocusProxy(m_table);
    connect(m_table, &QTableWidget::itemChanged, this, [this] {
        if (!m_isLoading)
            Q_EMIT changed();
    });
    connect(m_table, &QTableWidget::currentCellChanged, this, &RollupDimensionsPage::enableButtons);
    connect(m_remove, &QPushButton::clicked, this, &RollupDimensionsPage::removeExpression);
    const auto add = [this] { addExpression(m_name->text().trimmed(), m_expression->text().trimmed()); };
    connect(m_add, &QPushButton::clicked, this, add);
    for (QLineEdit *edit : {m_name, m_expression})
        connect(edit, &QLineEdit::textChanged, this, &RollupDimensionsPage::enableButtons);
    for (QWidget *watched : QList<QWidget *>{m_table, m_name, m_expression})
        watched->installEventFilter(this);
    enableButtons();
}

void RollupDimensionsPage::setupTableColumns()
{
    setupTable(*m_table);
    m_table->setHorizontalHeaderLabels({tr("Column"), tr("Type"), tr("Values"), tr("Expression, or what to know")});
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(Remark, QHeaderView::Stretch);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setAccessibleName(tr("Columns to group by"));
    for (const auto &[column, width] : {std::pair<int, int>(Name, 140), {Type, 110}, {Distinct, 60}})
        m_table->setColumnWidth(column, width);
}

QLayout *RollupDimensionsPage::makeAdder()
{
    m_name->setPlaceholderText(tr("name"));
    m_name->setAccessibleName(tr("Name of the expression"));
    m_name->setMaximumWidth(110);
    m_expression->setPlaceholderText(tr("such as lower(country)"));
    m_expression->setFont(Theme::codeFont());
    m_expression->setAccessibleName(tr("Expression"));
    for (QPushButton *button : {m_add, m_remove})
        button->setAutoDefault(false);
    auto *label = new Label(tr("&Own expression"), this);
    label->setBuddy(m_name);
    auto *row = new QHBoxLayout;
    row->setContentsMargins({});
    row->setSpacing(Spacing::small);
    row->addWidget(label);
    row->addWidget(m_name);
    row->addWidget(m_expression, 1);
    row->addWidget(m_add);
    row->addWidget(m_remove);
    return row;
}

void RollupDimensionsPage::showRow(
    int row, const RollupDimensionDraft &dimension, const TableFacts &table, const RollupSourceFigures &figures)
{
    const ColumnFacts *column = dimension.isOwn() ? nullptr : table.column(dimension.column);
    const auto seen = figures.columns.constFind(dimension.column);
    const bool isSeen = !dimension.isOwn() && seen != figures.columns.cend() && figures.rowsSeen > 0;
    auto *name = makeItem(dimension.column, dimension.isOwn());
    if (!dimension.isForced)
        name->setFlags(name->flags() | Qt::ItemIsUserCheckable);
    name->setCheckState(dimension.isChosen || dimension.isForced ? Qt::Checked : Qt::Unchecked);
    auto *distinct = makeItem(isSeen ? exactText(seen->distinct) : QString());
    distinct->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    if (isSeen)
        distinct->setToolTip(tr("Different values in %1 of its rows").arg(exactText(figures.rowsSeen)));
    QString remark;
    if (dimension.isForced)
        remark = tr("always: keeps rows on their node");
    else if (isSeen && isScattered(*seen, figures.rowsSeen))
        remark = tr("nearly all different: would reduce nothing");
    else if (column && !column->isNotNull)
        remark = isSeen && seen->nulls > 0 ? tr("has NULLs: they make a group of their own") : tr("may be NULL");
    m_table->setItem(row, Name, name);
    m_table->setItem(row, Type, makeItem(column ? column->type : dimension.type));
    m_table->setItem(row, Distinct, distinct);
    auto *text = makeItem(dimension.isOwn() ? dimension.expression : remark, dimension.isOwn());
    if (dimension.isOwn())
        text->setFont(Theme::codeFont());
    else
        text->setForeground(Theme::instance().dimText());
    if (dimension.isForced)
        text->setToolTip(
            tr("The distribution column: with it the rollup's rows lie beside those they are made of, and each "
               "node rolls up its own"));
    m_table->setItem(row, Remark, text);
}

void RollupDimensionsPage::load(
    const RollupDraft &draft, const TableFacts &table, const RollupSourceFigures &figures, bool isCascade)
{
    m_isLoading = true;
    const int current = m_table->currentRow();
    m_shown = draft.dimensions;
    m_table->setRowCount(int(m_shown.size()));
    for (int row = 0; row < m_shown.size(); ++row)
        showRow(row, m_shown.at(row), table, figures);
    m_table->setCurrentCell(std::clamp(current, 0, std::max(0, m_table->rowCount() - 1)), Name);
    m_adder->setVisible(!isCascade);
    m_note->setText(isCascade
            ? tr("A rollup made from another one can group by that one's columns, or by fewer of them.")
            : tr("Rows in which one of these is NULL are counted too, as a group of their own: NULL meets NULL here."));
    m_isLoading = false;
    enableButtons();
}

void RollupDimensionsPage::store(RollupDraft &draft) const
{
    if (m_shown.isEmpty())
        return;
    draft.dimensions = m_shown;
    for (int row = 0; row < draft.dimensions.size(); ++row) {
        RollupDimensionDraft &one = draft.dimensions[row];
        one.isChosen = m_table->item(row, Name)->checkState() == Qt::Checked;
        if (!one.isOwn())
            continue;
        one.column = m_table->item(row, Name)->text().trimmed();
        const QString expression = m_table->item(row, Remark)->text().trimmed();
        if (expression != one.expression && !expression.isEmpty()) {
            one.expression = expression;
            one.type.clear();
        }
    }
}

void RollupDimensionsPage::showProblems(const QList<RollupProblem> &problems)
{
    m_isLoading = true;
    QStringList texts;
    QHash<int, QString> byRow;
    for (const RollupProblem &problem : problems) {
        if (problem.part != RollupProblem::Part::Dimensions || problem.row >= m_shown.size())
            continue;
        texts << (problem.row < 0 ? problem.text : tr("%1: %2").arg(m_shown.at(problem.row).column, problem.text));
        byRow.insert(problem.row, problem.text);
    }
    for (int row = 0; row < m_table->rowCount(); ++row) {
        QTableWidgetItem *item = m_table->item(row, m_shown.at(row).isOwn() ? Remark : Name);
        item->setForeground(byRow.contains(row) ? QBrush(Theme::instance().error()) : QBrush());
        item->setToolTip(byRow.value(row, item->text()));
    }
    m_problems->setText(texts.join(QLatin1Char('\n')));
    m_problems->setVisible(!texts.isEmpty());
    m_isLoading = false;
}

void RollupDimensionsPage::showTypes(const RollupDraft &draft)
{
    m_isLoading = true;
    for (int row = 0; row < m_shown.size() && row < draft.dimensions.size(); ++row) {
        m_shown[row].type = draft.dimensions.at(row).type;
        if (m_shown.at(row).isOwn())
            m_table->item(row, Type)->setText(m_shown.at(row).type);
    }
    m_isLoading = false;
}

QString RollupDimensionsPage::problemText() const
{
    return m_problems->text();
}

void RollupDimensionsPage::addExpression(const QString &name, const QString &expression)
{
    if (name.isEmpty() || expression.isEmpty())
        return;
    RollupDraft draft;
    store(draft);
    m_shown = draft.dimensions;
    const int row = int(m_shown.size());
    m_shown << RollupDimensionDraft{name, expression, {}, true, false};
    m_isLoading = true;
    m_table->setRowCount(row + 1);
    showRow(row, m_shown.constLast(), {}, {});
    m_isLoading = false;
    m_table->setCurrentCell(row, Name);
    m_name->clear();
    m_expression->clear();
    Q_EMIT changed();
}

void RollupDimensionsPage::removeExpression()
{
    const int row = m_table->currentRow();
    if (row < 0 || row >= m_shown.size() || !m_shown.at(row).isOwn())
        return;
    RollupDraft draft;
    store(draft);
    m_shown = draft.dimensions;
    m_shown.removeAt(row);
    m_isLoading = true;
    m_table->removeRow(row);
    m_isLoading = false;
    enableButtons();
    Q_EMIT changed();
}

void RollupDimensionsPage::enableButtons()
{
    const int row = m_table->currentRow();
    m_remove->setEnabled(row >= 0 && row < m_shown.size() && m_shown.at(row).isOwn());
    m_add->setEnabled(!m_name->text().trimmed().isEmpty() && !m_expression->text().trimmed().isEmpty());
}

bool RollupDimensionsPage::eventFilter(QObject *watched, QEvent *event)
{
    const int key = event->type() == QEvent::KeyPress ? static_cast<QKeyEvent *>(event)->key() : 0;
    if (watched == m_table && key == Qt::Key_Delete) {
        removeExpression();
        return true;
    }
    // Enter adds what has been typed; without that it would leave the page.
    if (watched != m_table && (key == Qt::Key_Return || key == Qt::Key_Enter) && m_add->isEnabled()) {
        m_add->click();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace Shardboard
