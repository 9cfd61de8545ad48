// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/workbench/aboutdialog.h"

#include "ui/common/labels.h"
#include "ui/common/theme.h"
#include "ui/workbench/statusstrip.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QIcon>
#include <QPushButton>
#include <QSysInfo>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

QString versions(const LinkStatus &status)
{
    QStringList lines{QStringLiteral("Shardboard %1").arg(QApplication::applicationVersion()),
        QStringLiteral("Qt %1").arg(QString::fromLatin1(qVersion())), QSysInfo::prettyProductName()};
    if (status.server)
        lines.append(describeServer(*status.server));
    return lines.join(QLatin1Char('\n'));
}

} // namespace

AboutDialog::AboutDialog(const LinkStatus &status, QWidget *parent) : QDialog(parent)
{
    setWindowTitle(tr("About Shardboard"));
    auto *icon = new Label(this);
    icon->setPixmap(QIcon(QStringLiteral(":/icons/shardboard.svg")).pixmap(QSize(56, 56), devicePixelRatioF()));
    auto *text = makeTextLabel(this);
    text->setText(versions(status));
    auto *licence = makeDimLabel(tr("Real-time analytics on PostgreSQL clusters that run Citus.\n"
                                    "Free software under the GNU General Public License, version 3 or later; "
                                    "it comes without any warranty."),
        this);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto *copy = buttons->addButton(tr("Copy versions"), QDialogButtonBox::ActionRole);
    connect(copy, &QPushButton::clicked, this, [status] { QApplication::clipboard()->setText(versions(status)); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto *right = new QVBoxLayout;
    right->addWidget(makeHeading(tr("Shardboard"), 1.5, this));
    right->addWidget(text);
    right->addWidget(licence);
    auto *row = new QHBoxLayout;
    row->setSpacing(Spacing::large);
    row->addWidget(icon, 0, Qt::AlignTop);
    row->addLayout(right, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::huge, Spacing::huge, Spacing::huge, Spacing::large);
    layout->addLayout(row);
    layout->addSpacing(Spacing::medium);
    layout->addWidget(buttons);
    setMinimumWidth(440);
}

void AboutDialog::open(const LinkStatus &status, QWidget *parent)
{
    auto *dialog = new AboutDialog(status, parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace Shardboard
