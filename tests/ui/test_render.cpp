// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of a dashboard for files: all of it, sharp, and as lines and text where the format has them.
#include "tests/support/testmain.h"
#include "tests/ui/sampledata.h"
#include "ui/common/theme.h"
#include "ui/dashboard/dashboardcanvas.h"
#include "ui/dashboard/dashboardsheet.h"
#include "ui/dashboard/gridarrange.h"
#include "ui/dashboard/pictures.h"

#include <QApplication>
#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace Shardboard;
using namespace Shardboard::Testing;

class TestRender : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        Testing::failOnWarnings();
        Theme::instance().apply(Theme::Mode::Light);
        Document document;
        document.id = QStringLiteral("d");
        document.title = QStringLiteral("Traffic");
        document.panels
            = {makePanel(Panel::Kind::TimeSeries, QStringLiteral("a"), QStringLiteral("Requests"), {0, 0, 12, 6}),
                makePanel(Panel::Kind::Share, QStringLiteral("b"), QStringLiteral("Countries"), {0, 6, 12, 6})};
        m_sheet = std::make_unique<DashboardSheet>(document);
        m_sheet->setPageSize(900);
        m_sheet->canvas().setPanelData(
            QStringLiteral("a"), share(makeData({makeSeries(QStringLiteral("Requests"), 1240)})));
        PanelData countries = makeData({});
        countries.categories = makeCategories({{QStringLiteral("Germany"), 60}, {QStringLiteral("France"), 40}});
        m_sheet->canvas().setPanelData(QStringLiteral("b"), share(countries));
        m_sheet->setFacts(
            QStringLiteral("Last 6 hours"), {QStringLiteral("Site: All")}, QStringLiteral("times in UTC"));
    }

    void thePageIsAsTallAsItsPanels()
    {
        const int panels = Grid::pageHeight({{0, 0, 12, 6}, {0, 6, 12, 6}});
        QCOMPARE(m_sheet->width(), 900);
        QVERIFY(m_sheet->height() > panels && m_sheet->height() < panels + 100);
        m_sheet->setPageSize(1000, 500);
        QCOMPARE(m_sheet->size(), QSize(1000, 500));
    }

    void aPngHasThePixelsThatWereAskedFor()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("out.PNG"));
        QVERIFY(savePicture(*m_sheet, file, 2).isOk());
        const QImage image(file);
        QCOMPARE(image.size(), m_sheet->size() * 2);
        QCOMPARE(image.pixelColor(1, 1), Theme::instance().window());
        // Not one colour: something is drawn in the plot.
        QSet<QRgb> colours;
        for (int x = 0; x < image.width(); x += 3)
            colours.insert(image.pixel(x, 400));
        QVERIFY2(colours.size() > 3, qPrintable(QString::number(colours.size())));
        image.save(QStringLiteral("sheet-light.png"));
    }

    void darkIsDark()
    {
        Theme::instance().apply(Theme::Mode::Dark);
        const QImage image = QImage::fromData(drawPicture(*m_sheet, PictureFormat::Png, 1));
        QCOMPARE(image.pixelColor(1, 1), Theme::instance().window());
        QVERIFY(image.pixelColor(450, 60).lightness() < 80);
        image.save(QStringLiteral("sheet-dark.png"));
    }

    void anSvgHoldsTextAndLinesNoPixels()
    {
        const QByteArray svg = drawPicture(*m_sheet, PictureFormat::Svg);
        QVERIFY(svg.contains("<svg"));
        QVERIFY(svg.contains("Requests"));
        QVERIFY(svg.contains("Germany"));
        QVERIFY(svg.contains("<polyline"));
        QVERIFY2(!svg.contains("<image"), "drawn as pixels");
    }

    void aPdfIsOnePageOfTheSheetsSize()
    {
        const QByteArray pdf = drawPicture(*m_sheet, PictureFormat::Pdf);
        QVERIFY(pdf.startsWith("%PDF-"));
        QCOMPARE(pdf.count("/Type /Page\n"), 1);
        const auto box = QRegularExpression(QStringLiteral("/MediaBox \\[0 0 ([\\d.]+) ([\\d.]+)\\]"))
                             .match(QString::fromLatin1(pdf));
        QVERIFY(box.hasMatch());
        QVERIFY(std::abs(box.captured(1).toDouble() - m_sheet->width() * 0.75) < 1);
        QVERIFY(std::abs(box.captured(2).toDouble() - m_sheet->height() * 0.75) < 1);
    }

    void whatCannotBeWrittenIsAnErrorWithItsReason()
    {
        const Completion noFormat = savePicture(*m_sheet, QStringLiteral("/tmp/picture.gif"));
        QVERIFY(noFormat.isError() && noFormat.error().message.contains(QStringLiteral(".png, .svg or .pdf")));
        const Completion noFolder = savePicture(*m_sheet, QStringLiteral("/nonexistent/picture.png"));
        QVERIFY(
            noFolder.isError() && noFolder.error().message.startsWith(QStringLiteral("/nonexistent/picture.png: ")));
    }

private:
    std::unique_ptr<DashboardSheet> m_sheet;
};

SHARDBOARD_UI_TEST_MAIN(TestRender)
#include "test_render.moc"
