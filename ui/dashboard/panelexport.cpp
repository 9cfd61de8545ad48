// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/panelexport.h"

#include "connection/values/resulttext.h"
#include "ui/charts/paneltable.h"
#include "ui/common/errorview.h"
#include "ui/common/labels.h"
#include "ui/common/sqlview.h"
#include "ui/common/theme.h"
#include "ui/dashboard/panelcard.h"
#include "ui/dashboard/pictures.h"

#include <QClipboard>
#include <QDialog>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QPushButton>
#include <QVBoxLayout>

namespace Shardboard {

namespace {

struct PanelExport
{
    Q_DECLARE_TR_FUNCTIONS(PanelExport)
};

QDialog *makeDialog(const QString &title, QWidget *parent)
{
    auto *dialog = new QDialog(parent->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->resize(720, 480);
    auto *column = new QVBoxLayout(dialog);
    column->setContentsMargins(Spacing::large, Spacing::large, Spacing::large, Spacing::large);
    column->setSpacing(Spacing::medium);
    return dialog;
}

/// Close, and Copy for what the dialog shows.
void addFoot(QDialog *dialog, std::function<QString()> text)
{
    auto *foot = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QPushButton *copy = foot->addButton(PanelExport::tr("Copy"), QDialogButtonBox::ActionRole);
    QObject::connect(copy, &QPushButton::clicked, dialog, [text] { QGuiApplication::clipboard()->setText(text()); });
    QObject::connect(foot, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    dialog->layout()->addWidget(foot);
}

} // namespace

void showPanelSql(const Panel &panel, const PanelData &data, QWidget *parent)
{
    QDialog *dialog = makeDialog(PanelExport::tr("SQL of %1").arg(panel.title), parent);
    dialog->setObjectName(QStringLiteral("panelSql"));
    if (data.error) {
        auto *error = new ErrorView(dialog);
        error->setError(*data.error);
        dialog->layout()->addWidget(error);
    }
    const QString source = data.routedTo.isEmpty()
        ? PanelExport::tr("As it was sent.")
        : PanelExport::tr("As it was sent, routed to %1.").arg(data.routedTo);
    dialog->layout()->addWidget(makeDimLabel(source, dialog));
    auto *sql = new SqlView(dialog);
    sql->setSql(data.sql.isEmpty() ? panel.sql : data.sql);
    sql->setAccessibleName(PanelExport::tr("SQL of %1").arg(panel.title));
    static_cast<QVBoxLayout *>(dialog->layout())->addWidget(sql, 1);
    addFoot(dialog, [sql] { return sql->sql(); });
    dialog->open();
}

void showPanelTable(const Panel &panel, const PanelData &data, const QTimeZone &zone, QWidget *parent)
{
    QDialog *dialog = makeDialog(PanelExport::tr("Data of %1").arg(panel.title), parent);
    dialog->setObjectName(QStringLiteral("panelTable"));
    auto *table = new PanelTable(dialog);
    table->setTable(data.table, panel.fields, 0, zone);
    table->setAccessibleName(PanelExport::tr("Data of %1").arg(panel.title));
    static_cast<QVBoxLayout *>(dialog->layout())->addWidget(table, 1);
    addFoot(dialog, [result = data.table] { return QString::fromUtf8(toTabSeparated(result)); });
    dialog->open();
}

void copyPanelCsv(const PanelData &data)
{
    QGuiApplication::clipboard()->setText(QString::fromUtf8(toCsv(data.table)));
}

void copyPanelText(const Panel &panel, const QString &description)
{
    QGuiApplication::clipboard()->setText(panel.title + u'\n' + description);
}

void exportPanelPicture(PanelCard &card)
{
    askAndSavePicture(
        &card, card.panel().title, {PictureFormat::Png, PictureFormat::Svg, PictureFormat::Pdf}, card.window());
}

} // namespace Shardboard
