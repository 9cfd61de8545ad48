// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/rollupmeasurespage.h"

#include "admin/facts.h"
#include "admin/rollup/rollupsource.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/wizards/rollupmeasureeditor.h"
#include "ui/wizards/rollupmeasurewords.h"

#include <QGridLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMap>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>

namespace Shardboard {

using Kind = RollupMeasure::Kind;

RollupMeasuresPage::RollupMeasuresPage(QWidget *parent)
    : QWidget(parent)
    , m_list(new QListWidget(this))
    , m_add(new QPushButton(tr("&Add"), this))
    , m_menu(new QMenu(m_add))
    , m_duplicate(new QPushButton(tr("D&uplicate"), this))
    , m_remove(new QPushButton(tr("&Remove"), this))
    , m_up(new QPushButton(tr("U&p"), this))
    , m_down(new QPushButton(tr("&Down"), this))
    , m_editor(new RollupMeasureEditor(this))
    , m_empty(makeDimLabel(tr("No figures yet. Add one: a count of rows is the least a rollup tells."), this))
    , m_problems(makeDimLabel({}, this))
    , m_missing(makeDimLabel({}, this))
{
    auto *scroll = new QScrollArea(this);
    scroll->setWidget(m_editor);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTone(m_problems, Tone::Error);
    m_problems->hide();
    auto *layout = new QGridLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setHorizontalSpacing(Spacing::large);
    layout->setVerticalSpacing(Spacing::small);
    layout->addWidget(makeHeading(tr("Which figures?"), 1.35, this), 0, 0, 1, 2);
    layout->addWidget(makeListSide(), 1, 0);
    layout->addWidget(scroll, 1, 1);
    layout->addWidget(m_empty, 1, 1, Qt::AlignTop);
    layout->addWidget(m_problems, 2, 0, 1, 2);
    layout->addWidget(m_missing, 3, 0, 1, 2);
    layout->setColumnStretch(0, 2);
    layout->setColumnStretch(1, 3);
    setFocusProxy(m_list);
    connect(m_list, &QListWidget::currentRowChanged, this, &RollupMeasuresPage::showCurrent);
    connect(m_duplicate, &QPushButton::clicked, this, &RollupMeasuresPage::duplicate);
    connect(m_remove, &QPushButton::clicked, this, &RollupMeasuresPage::remove);
    connect(m_up, &QPushButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { move(1); });
    connect(m_editor, &RollupMeasureEditor::changed, this, &RollupMeasuresPage::takeOver);
}

QWidget *RollupMeasuresPage::makeListSide()
{
    auto *side = new QWidget(this);
    m_list->setAccessibleName(tr("Figures"));
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->installEventFilter(this);
    m_add->setMenu(m_menu);
    m_remove->setToolTip(tr("Remove the chosen figure (Del)"));
    m_up->setToolTip(tr("Move it up (Alt+Up)"));
    m_down->setToolTip(tr("Move it down (Alt+Down)"));
    auto *layout = new QGridLayout(side);
    layout->setContentsMargins({});
    layout->setSpacing(Spacing::small);
    layout->addWidget(m_list, 0, 0, 1, 6);
    for (QPushButton *button : {m_add, m_duplicate, m_remove, m_up, m_down})
        button->setAutoDefault(false);
    for (QPushButton *button : {m_duplicate, m_remove, m_up, m_down}) // as narrow as the page may become
        button->setMinimumWidth(48);
    layout->addWidget(m_add, 1, 0, 1, 2);
    layout->addWidget(m_duplicate, 1, 2, 1, 4);
    layout->addWidget(m_remove, 2, 0, 1, 2);
    layout->addWidget(m_up, 2, 2, 1, 2);
    layout->addWidget(m_down, 2, 4, 1, 2);
    return side;
}

void RollupMeasuresPage::load(const RollupDraft &draft, const TableFacts &table, const CatalogueFacts &facts)
{
    const int current = draft.measures == m_measures ? m_list->currentRow() : 0;
    m_measures = draft.measures;
    const auto strategy = strategyOf(draft, table, facts);
    m_isCascade = strategy == RollupStrategy::Cascade;
    m_finer = m_isCascade ? RollupDraft::suggest(table, facts, {}).measures : QList<RollupMeasureDraft>();
    m_obstacles.clear();
    for (const MeasureKindWords &words : measureKinds())
        m_obstacles.insert(
            int(words.kind), kindObstacle(words.kind, strategy, draft.levels.size(), extensionsOf(facts)));
    m_editor->setChoices(table, facts, draft);
    fillMenu();
    showMissing();
    showList(std::max(0, current));
}

void RollupMeasuresPage::fillMenu()
{
    m_menu->clear();
    m_menu->setToolTipsVisible(true);
    if (m_isCascade) {
        for (const RollupMeasureDraft &finer : std::as_const(m_finer))
            m_menu->addAction(finer.measure.column, this, [this, finer] {
                m_measures << finer;
                m_measures.last().measure.column = freeName(finer.measure.column);
                showList(int(m_measures.size()) - 1);
                Q_EMIT changed();
            });
        return;
    }
    for (const MeasureKindWords &words : measureKinds()) {
        QAction *action = m_menu->addAction(words.name, this, [this, kind = words.kind] { add(kind); });
        const QString why = m_obstacles.value(int(words.kind));
        action->setEnabled(why.isEmpty());
        action->setToolTip(why.isEmpty() ? words.meaning : why);
    }
}

void RollupMeasuresPage::showMissing()
{
    QMap<QString, QStringList> kinds; // by reason
    for (const MeasureKindWords &words : measureKinds()) {
        if (const QString why = m_obstacles.value(int(words.kind)); !why.isEmpty())
            kinds[why] << words.name;
    }
    QStringList lines;
    for (auto it = kinds.constBegin(); it != kinds.constEnd(); ++it)
        lines << tr("Not offered here: %1. %2").arg(it->join(QStringLiteral("; ")), it.key());
    m_missing->setText(lines.join(QLatin1Char('\n')));
    m_missing->setVisible(!lines.isEmpty() && !m_isCascade);
}

void RollupMeasuresPage::store(RollupDraft &draft) const
{
    draft.measures = m_measures;
}

void RollupMeasuresPage::showList(int current)
{
    m_isLoading = true;
    while (m_list->count() > m_measures.size())
        delete m_list->takeItem(m_list->count() - 1);
    while (m_list->count() < m_measures.size())
        m_list->addItem(QString());
    for (int row = 0; row < m_measures.size(); ++row) {
        const RollupMeasure &measure = m_measures.at(row).measure;
        const bool isWrong
            = std::ranges::any_of(m_known, [row](const RollupProblem &problem) { return problem.row == row; });
        QListWidgetItem *item = m_list->item(row);
        item->setText(QStringLiteral("%1\n%2").arg(
            measure.column.isEmpty() ? tr("(no name)") : measure.column, describeMeasure(measure)));
        item->setSizeHint({0, 2 * m_list->fontMetrics().lineSpacing() + Spacing::medium});
        item->setForeground(isWrong ? QBrush(Theme::instance().error()) : QBrush());
        item->setToolTip(item->text());
    }
    m_list->setCurrentRow(std::clamp(current, -1, int(m_measures.size()) - 1));
    m_isLoading = false;
    showCurrent();
}

void RollupMeasuresPage::showCurrent()
{
    if (m_isLoading)
        return;
    const int row = m_list->currentRow();
    const bool isOne = row >= 0 && row < m_measures.size();
    m_editor->setVisible(isOne);
    m_empty->setVisible(m_measures.isEmpty());
    m_duplicate->setEnabled(isOne && !m_isCascade);
    m_remove->setEnabled(isOne);
    m_up->setEnabled(isOne && row > 0);
    m_down->setEnabled(isOne && row + 1 < m_measures.size());
    if (isOne)
        m_editor->load(m_measures.at(row));
    showProblems(QList<RollupProblem>(m_known));
}

void RollupMeasuresPage::showProblems(const QList<RollupProblem> &problems)
{
    m_known.clear();
    QStringList whole;
    QList<RollupProblem> own;
    for (const RollupProblem &problem : problems) {
        if (problem.part != RollupProblem::Part::Measures)
            continue;
        m_known << problem;
        if (problem.row < 0)
            whole << problem.text;
        else if (problem.row == m_list->currentRow())
            own << problem;
        else if (problem.row < m_measures.size())
            whole << tr("%1: %2").arg(m_measures.at(problem.row).measure.column, problem.text);
    }
    m_editor->showProblems(own);
    m_problems->setText(whole.join(QLatin1Char('\n')));
    m_problems->setVisible(!whole.isEmpty());
    for (int row = 0; row < m_list->count(); ++row) {
        const bool isWrong
            = std::ranges::any_of(m_known, [row](const RollupProblem &problem) { return problem.row == row; });
        m_list->item(row)->setForeground(isWrong ? QBrush(Theme::instance().error()) : QBrush());
    }
}

void RollupMeasuresPage::takeOver()
{
    const int row = m_list->currentRow();
    if (row < 0 || row >= m_measures.size())
        return;
    const RollupMeasure measure = m_editor->measure();
    if (measure.expression != m_measures.at(row).measure.expression)
        m_measures[row].expressionType.clear();
    m_measures[row].measure = measure;
    m_list->item(row)->setText(QStringLiteral("%1\n%2").arg(
        measure.column.isEmpty() ? tr("(no name)") : measure.column, describeMeasure(measure)));
    Q_EMIT changed();
}

QString RollupMeasuresPage::freeName(const QString &stem) const
{
    QString name = stem;
    for (int number = 2;
         std::ranges::any_of(m_measures, [&](const RollupMeasureDraft &one) { return one.measure.column == name; });
         ++number)
        name = QStringLiteral("%1_%2").arg(stem).arg(number);
    return name;
}

void RollupMeasuresPage::add(RollupMeasure::Kind kind)
{
    RollupMeasureDraft made;
    made.measure.kind = kind;
    QString stem = RollupMeasures::kindName(kind);
    made.measure.column = freeName(stem.replace(u'-', u'_'));
    m_measures << made;
    showList(int(m_measures.size()) - 1);
    Q_EMIT changed();
    m_editor->nameEdit().setFocus();
    m_editor->nameEdit().selectAll();
}

void RollupMeasuresPage::duplicate()
{
    const int row = m_list->currentRow();
    if (row < 0 || m_isCascade)
        return;
    RollupMeasureDraft copy = m_measures.at(row);
    copy.measure.column = freeName(copy.measure.column);
    m_measures.insert(row + 1, copy);
    showList(row + 1);
    Q_EMIT changed();
}

void RollupMeasuresPage::remove()
{
    const int row = m_list->currentRow();
    if (row < 0)
        return;
    m_measures.removeAt(row);
    m_known.clear(); // they are about rows that have moved
    showList(row);
    Q_EMIT changed();
}

void RollupMeasuresPage::move(int by)
{
    const int row = m_list->currentRow(), to = row + by;
    if (row < 0 || to < 0 || to >= m_measures.size())
        return;
    m_measures.move(row, to);
    m_known.clear();
    showList(to);
    Q_EMIT changed();
}

bool RollupMeasuresPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool isAlt = key->modifiers() & Qt::AltModifier;
        if (key->key() == Qt::Key_Delete)
            remove();
        else if (isAlt && key->key() == Qt::Key_Up)
            move(-1);
        else if (isAlt && key->key() == Qt::Key_Down)
            move(1);
        else
            return QWidget::eventFilter(watched, event);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace Shardboard
