// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/keysdialog.h"

#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/workbench/windowactions.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QTreeWidget>

namespace Shardboard {

namespace {

QString keysOf(const QAction &action)
{
    QStringList keys;
    for (const QKeySequence &sequence : action.shortcuts())
        keys.append(sequence.toString(QKeySequence::NativeText));
    return keys.join(QStringLiteral("   "));
}

} // namespace

KeysDialog::KeysDialog(const QList<QAction *> &actions, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("Keys"));
    auto *list = new QTreeWidget(this);
    list->setAccessibleName(tr("Keys"));
    list->setRootIsDecorated(false);
    list->setHeaderHidden(true);
    list->setColumnCount(2);
    list->setSelectionMode(QAbstractItemView::NoSelection);
    for (const QAction *action : actions)
        if (!action->shortcuts().isEmpty())
            list->addTopLevelItem(new QTreeWidgetItem({plainText(*action), keysOf(*action)}));
    // Keys that belong to a list or a page rather than to a menu.
    list->addTopLevelItem(new QTreeWidgetItem({tr("Open the selected item"), tr("Enter")}));
    list->addTopLevelItem(new QTreeWidgetItem({tr("Remove the selected item (with undo)"), tr("Delete")}));
    list->addTopLevelItem(new QTreeWidgetItem({tr("Edit the selected item"), QStringLiteral("F2")}));
    list->addTopLevelItem(new QTreeWidgetItem({tr("Back, close, leave full screen"), tr("Esc")}));
    list->header()->setSectionResizeMode(0, QHeaderView::Stretch);
    list->header()->setStretchLastSection(false);
    list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::large, Spacing::large, Spacing::large);
    layout->addWidget(makeHeading(tr("Keys"), 1.25, this));
    layout->addWidget(list, 1);
    layout->addWidget(buttons);
    resize(480, 560);
}

void KeysDialog::open(const QList<QAction *> &actions, QWidget *parent)
{
    auto *dialog = new KeysDialog(actions, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace Shardboard
