// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/textguard.h"

#include "ui/common/showntext.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QHeaderView>
#include <QHelpEvent>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPointer>
#include <QTabBar>

namespace Shardboard {

namespace {

void makePlain(QObject &widget)
{
    if (auto *box = qobject_cast<QMessageBox *>(&widget))
        box->setTextFormat(Qt::PlainText);
    auto *label = qobject_cast<QLabel *>(&widget);
    if (label && label->textFormat() == Qt::AutoText)
        label->setTextFormat(Qt::PlainText);
}

/// A window manager gets one line.
void shortenTitle(QWidget &window)
{
    QString title = shownText(window.windowTitle(), mostCaptionCharacters);
    title.replace(u'\n', u' ');
    if (title != window.windowTitle())
        window.setWindowTitle(title);
}

struct Tip
{
    QString text;
    QRect rect; ///< it holds for, empty for the whole widget
};

Tip headerTip(const QHeaderView &header, QPoint position)
{
    const int section = header.logicalIndexAt(position);
    if (section < 0 || !header.model())
        return {};
    return {header.model()->headerData(section, header.orientation(), Qt::ToolTipRole).toString(), {}};
}

Tip viewTip(const QAbstractItemView &view, QPoint position)
{
    if (const auto *header = qobject_cast<const QHeaderView *>(&view))
        return headerTip(*header, position);
    const QModelIndex index = view.indexAt(position);
    return {index.data(Qt::ToolTipRole).toString(), view.visualRect(index)};
}

/// What Qt would show for the widget itself.
Tip widgetTip(const QWidget &widget, QPoint position)
{
    if (const auto *tabs = qobject_cast<const QTabBar *>(&widget)) {
        const int tab = tabs->tabAt(position);
        if (tab >= 0 && !tabs->tabToolTip(tab).isEmpty())
            return {tabs->tabToolTip(tab), tabs->tabRect(tab)};
    }
    if (const auto *menu = qobject_cast<const QMenu *>(&widget)) {
        const QAction *action = menu->toolTipsVisible() ? menu->actionAt(position) : nullptr;
        return action ? Tip{action->toolTip(), menu->actionGeometry(menu->actionAt(position))} : Tip();
    }
    return {widget.toolTip(), {}};
}

/// Whether the tip was shown here. Without one Qt goes on to ask the widget's parents.
bool showTip(QWidget &widget, const QHelpEvent &help)
{
    auto *view = qobject_cast<QAbstractItemView *>(widget.parentWidget());
    Tip tip;
    if (view && view->viewport() == &widget)
        tip = viewTip(*view, help.pos());
    if (tip.text.isEmpty())
        tip = widgetTip(widget, help.pos());
    if (tip.text.isEmpty())
        return false;
    showToolTip(help.globalPos(), tip.text, &widget, tip.rect);
    return true;
}

} // namespace

void TextGuard::install()
{
    static QPointer<TextGuard> guard;
    if (guard || !qApp)
        return;
    guard = new TextGuard(qApp);
    qApp->installEventFilter(guard);
}

bool TextGuard::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Polish)
        makePlain(*watched);
    if (event->type() == QEvent::WindowTitleChange && watched->isWidgetType())
        shortenTitle(*static_cast<QWidget *>(watched));
    if (event->type() == QEvent::ToolTip && watched->isWidgetType())
        return showTip(*static_cast<QWidget *>(watched), *static_cast<const QHelpEvent *>(event));
    return false;
}

} // namespace Shardboard
