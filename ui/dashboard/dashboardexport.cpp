// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboardexport.h"

#include "connection/values/resulttext.h"
#include "dashboard/zonetime.h"
#include "ui/dashboard/dashboardcanvas.h"
#include "ui/dashboard/dashboardsheet.h"
#include "ui/dashboard/dashboardview.h"
#include "ui/dashboard/pictures.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QSaveFile>

#include <algorithm>

namespace Shardboard {

namespace {

struct DashboardExport
{
    Q_DECLARE_TR_FUNCTIONS(DashboardExport)
};

QString choiceText(const Refresher &refresher, const Variable &variable)
{
    const QString value = refresher.variable(variable.name);
    if (value.isEmpty())
        return DashboardExport::tr("All");
    const QList<Refresher::Choice> choices = refresher.choices(variable.name);
    const auto choice = std::find_if(
        choices.begin(), choices.end(), [&](const Refresher::Choice &one) { return one.value == value; });
    return choice != choices.end() && !choice->label.isEmpty() ? choice->label : value;
}

} // namespace

QStringList describeChoices(const Refresher &refresher)
{
    QStringList parts;
    for (const Variable &variable : refresher.document().variables) {
        const QString name = variable.label.isEmpty() ? variable.name : variable.label;
        parts.append(DashboardExport::tr("%1: %2").arg(name, choiceText(refresher, variable)));
    }
    return parts;
}

void exportDashboardPicture(DashboardView &view)
{
    const Document &document = view.document();
    auto *sheet = new DashboardSheet(document, nullptr);
    for (const Panel &panel : document.panels)
        sheet->canvas().setPanelData(panel.id, view.canvas().card(panel.id)->panelData());
    sheet->setFacts(describeTimeRange(view.refresher().timeRange(), zoneByName(document.timeZone)),
        describeChoices(view.refresher()), view.freshness());
    sheet->setPageSize(view.width());
    askAndSavePicture(sheet, document.title, {PictureFormat::Png, PictureFormat::Svg, PictureFormat::Pdf}, &view);
}

void exportDashboardCsv(DashboardView &view)
{
    auto *dialog = new QFileDialog(&view, DashboardExport::tr("Folder for the CSV files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    QObject::connect(dialog, &QFileDialog::fileSelected, &view, [&view](const QString &folder) {
        const auto written = writePanelsAsCsv(view.document().panels, view.canvas().allData(), folder);
        if (written.isError())
            view.showError(DashboardExport::tr("The data were not exported"), written.error());
    });
    dialog->open();
}

Outcome<QStringList> writePanelsAsCsv(
    const QList<Panel> &panels, const QList<SharedPanelData> &contents, const QString &folder)
{
    QStringList names;
    for (qsizetype i = 0; i < std::min(panels.size(), contents.size()); ++i) {
        if (contents[i]->table.columnCount() == 0)
            continue;
        const QString stem = fileNameFrom(panels[i].title);
        QString name = stem + QStringLiteral(".csv");
        for (int number = 2; names.contains(name, Qt::CaseInsensitive); ++number)
            name = QStringLiteral("%1-%2.csv").arg(stem).arg(number);
        QSaveFile file(QDir(folder).filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(toCsv(contents[i]->table)) < 0 || !file.commit())
            return ServerError::file(QStringLiteral("%1: %2").arg(file.fileName(), file.errorString()));
        names.append(name);
    }
    return names;
}

} // namespace Shardboard
