// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboardbar.h"

#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/dashboard/livebutton.h"
#include "ui/dashboard/variablepicker.h"

#include <QAction>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

namespace Shardboard {

namespace {

constexpr int barHeight = 48;

QAction *makeAction(QWidget *page, const QString &text, const QString &icon = {}, const QKeySequence &key = {})
{
    auto *action = new QAction(text, page);
    if (!icon.isEmpty())
        action->setIcon(symbolicIcon(icon));
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    page->addAction(action);
    return action;
}

QToolButton *makeButton(QAction *action, QWidget *parent, Qt::ToolButtonStyle style = Qt::ToolButtonIconOnly)
{
    auto *button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setToolButtonStyle(style);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

QHBoxLayout *makeRow(QWidget *widget)
{
    auto *row = new QHBoxLayout(widget);
    row->setContentsMargins({});
    row->setSpacing(Spacing::tiny);
    return row;
}

} // namespace

// F5, F11 and Esc belong to the window, which knows which page is in front; the others to the page.
DashboardActions::DashboardActions(QWidget *page)
    : refresh(makeAction(page, tr("Refresh"), QStringLiteral("refresh")))
    , zoomOut(makeAction(page, tr("Zoom out"), QStringLiteral("zoom-out")))
    , edit(makeAction(page, tr("Edit layout"), QStringLiteral("edit"), QKeySequence(Qt::CTRL | Qt::Key_E)))
    , fullScreen(makeAction(page, tr("Full screen"), QStringLiteral("fullscreen")))
    , save(makeAction(page, tr("Save"), QStringLiteral("save"), QKeySequence::Save))
    , discard(makeAction(page, tr("Discard changes"), QStringLiteral("revert")))
    , finish(makeAction(page, tr("Done"), QStringLiteral("check")))
    , saveCopy(makeAction(page, tr("Save as copy…")))
    , rename(makeAction(page, tr("Rename…")))
    , keepRange(makeAction(page, tr("Open with this time range")))
    , exportPicture(makeAction(page, tr("Export picture…"), QStringLiteral("export")))
    , exportCsv(makeAction(page, tr("Export data as CSV…")))
{
    refresh->setToolTip(tr("Refresh (F5)"));
    fullScreen->setToolTip(tr("Full screen (F11)"));
    zoomOut->setToolTip(tr("Zoom out (double-click a chart)"));
    edit->setToolTip(tr("Edit layout (Ctrl+E)"));
    save->setToolTip(tr("Save (Ctrl+S)"));
}

DashboardBar::DashboardBar(const DashboardActions &actions, TimeRangePopup::Clock clock, QWidget *parent)
    : QWidget(parent)
    , m_title(new ElidedLabel(this, Qt::ElideRight))
    , m_variables(new QWidget(this))
    , m_variableRow(makeRow(m_variables))
    , m_range(new TimeRangePicker(std::move(clock), this))
    , m_live(new LiveButton(this))
    , m_menu(new QMenu(this))
{
    m_title->setFont(Theme::headingFont(1.25));
    m_variableRow->setSpacing(Spacing::medium);
    setupMenu(actions);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Spacing::large, 0, Spacing::large, 0);
    row->setSpacing(Spacing::large);
    row->addWidget(m_title, 1);
    row->addWidget(m_variables);
    m_viewTools = setupViewTools(actions);
    m_editTools = setupEditTools(actions);
    row->addWidget(m_viewTools);
    row->addWidget(m_editTools);
    setFixedHeight(barHeight);
    setEditing(false);
}

QWidget *DashboardBar::setupViewTools(const DashboardActions &actions)
{
    auto *tools = new QWidget(this);
    QHBoxLayout *row = makeRow(tools);
    row->addWidget(m_range);
    row->addWidget(makeButton(actions.zoomOut, tools));
    row->addSpacing(Spacing::small);
    row->addWidget(makeButton(actions.refresh, tools));
    row->addWidget(m_live);
    row->addSpacing(Spacing::small);
    row->addWidget(makeButton(actions.edit, tools));
    auto *more = new QToolButton(tools);
    more->setIcon(symbolicIcon(QStringLiteral("more")));
    more->setAutoRaise(true);
    more->setFocusPolicy(Qt::StrongFocus);
    more->setToolTip(tr("More"));
    more->setAccessibleName(tr("More"));
    connect(more, &QToolButton::clicked, this, [this, more] {
        m_menu->popup(more->mapToGlobal(QPoint(more->width() - m_menu->sizeHint().width(), more->height() + 4)));
    });
    row->addWidget(more);
    return tools;
}

QWidget *DashboardBar::setupEditTools(const DashboardActions &actions)
{
    auto *tools = new QWidget(this);
    QHBoxLayout *row = makeRow(tools);
    row->addWidget(makeButton(actions.undo, tools));
    row->addWidget(makeButton(actions.redo, tools));
    row->addSpacing(Spacing::small);
    row->addWidget(makeButton(actions.discard, tools, Qt::ToolButtonTextBesideIcon));
    row->addWidget(makeButton(actions.save, tools, Qt::ToolButtonTextBesideIcon));
    row->addWidget(makeButton(actions.finish, tools, Qt::ToolButtonTextBesideIcon));
    return tools;
}

void DashboardBar::setupMenu(const DashboardActions &actions)
{
    m_menu->addAction(actions.fullScreen);
    m_menu->addSeparator();
    m_menu->addAction(actions.save);
    m_menu->addAction(actions.saveCopy);
    m_menu->addAction(actions.rename);
    m_menu->addAction(actions.keepRange);
    m_menu->addSeparator();
    m_menu->addAction(actions.exportPicture);
    m_menu->addAction(actions.exportCsv);
}

void DashboardBar::setTitle(const QString &title, bool isModified)
{
    m_title->setFullText(isModified ? tr("%1 (changed)").arg(title) : title);
}

void DashboardBar::setVariables(const QList<Variable> &variables)
{
    qDeleteAll(m_pickers);
    m_pickers.clear();
    for (const Variable &variable : variables) {
        auto *picker = new VariablePicker(variable, m_variables);
        connect(picker, &VariablePicker::valueChosen, this, &DashboardBar::variableChosen);
        m_variableRow->addWidget(picker);
        m_pickers.insert(variable.name, picker);
    }
}

void DashboardBar::setEditing(bool isEditing)
{
    m_viewTools->setVisible(!isEditing);
    m_editTools->setVisible(isEditing);
    m_variables->setVisible(!isEditing);
}

} // namespace Shardboard
