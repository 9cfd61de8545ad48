// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "dashboard/document.h"
#include "ui/dashboard/timerangepicker.h"

#include <QCoreApplication>
#include <QHash>
#include <QWidget>

class QAction;
class QHBoxLayout;
class QMenu;

namespace Shardboard {

class ElidedLabel;
class LiveButton;
class VariablePicker;

/// What a dashboard can be told to do, as actions that bar, menu and keys share.
struct DashboardActions
{
    Q_DECLARE_TR_FUNCTIONS(DashboardActions)

public:
    explicit DashboardActions(QWidget *page);

    QAction *refresh, *zoomOut, *edit, *fullScreen;
    QAction *undo = nullptr, *redo = nullptr; ///< of the undo stack, set by the page
    QAction *save, *discard, *finish;
    QAction *saveCopy, *rename, *keepRange;
    QAction *exportPicture, *exportCsv;
};

/// The bar above a dashboard: title, variables, time, and what can be done. While editing it shows what belongs to
/// that.
class DashboardBar final : public QWidget
{
    Q_OBJECT

public:
    DashboardBar(const DashboardActions &actions, TimeRangePopup::Clock clock, QWidget *parent = nullptr);

    void setTitle(const QString &title, bool isModified);
    void setVariables(const QList<Variable> &variables);
    VariablePicker *variablePicker(const QString &name) const { return m_pickers.value(name); }
    TimeRangePicker *timeRangePicker() const { return m_range; }
    LiveButton *liveButton() const { return m_live; }
    QMenu *menu() const { return m_menu; }
    void setEditing(bool isEditing);

Q_SIGNALS:
    void variableChosen(const QString &name, const QString &value);

private:
    QWidget *setupViewTools(const DashboardActions &actions);
    QWidget *setupEditTools(const DashboardActions &actions);
    void setupMenu(const DashboardActions &actions);

    ElidedLabel *m_title;
    QWidget *m_variables;
    QHBoxLayout *m_variableRow;
    TimeRangePicker *m_range;
    LiveButton *m_live;
    QMenu *m_menu;
    QWidget *m_viewTools;
    QWidget *m_editTools;
    QHash<QString, VariablePicker *> m_pickers;
};

} // namespace Shardboard
