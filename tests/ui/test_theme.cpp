// SPDX-License-Identifier: GPL-3.0-or-later
// Light and dark: text that can be read, controls of one height, icons that take the text's colour.
#include "tests/support/testmain.h"
#include "ui/common/badge.h"
#include "ui/common/icons.h"
#include "ui/common/theme.h"

#include <QApplication>
#include <QComboBox>
#include <QDirIterator>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QSpinBox>

#include <cmath>

using namespace Shardboard;

namespace {

double luminance(const QColor &colour)
{
    const auto linear = [](double c) { return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF());
}

/// WCAG's contrast ratio, 1 to 21.
double contrast(const QColor &a, const QColor &b)
{
    const double high = std::max(luminance(a), luminance(b));
    const double low = std::min(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

} // namespace

class TestTheme : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { Testing::failOnWarnings(); }

    void textReadsOnEveryGround_data()
    {
        QTest::addColumn<Theme::Mode>("mode");
        QTest::newRow("light") << Theme::Mode::Light;
        QTest::newRow("dark") << Theme::Mode::Dark;
    }
    void textReadsOnEveryGround()
    {
        QFETCH(Theme::Mode, mode);
        Theme &theme = Theme::instance();
        theme.apply(mode);
        QCOMPARE(theme.isDark(), mode == Theme::Mode::Dark);
        for (const QColor &ground : {theme.window(), theme.card(), theme.field()}) {
            for (const QColor &ink :
                {theme.text(), theme.dimText(), theme.accent(), theme.error(), theme.success(), theme.warning()}) {
                QVERIFY2(contrast(ink, ground) >= 4.5,
                    qPrintable(
                        QStringLiteral("%1 on %2: %3").arg(ink.name(), ground.name()).arg(contrast(ink, ground))));
            }
        }
        const QPalette palette = QApplication::palette();
        QVERIFY(contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >= 4.5);
    }

    void controlsAreOfOneHeight()
    {
        Theme::instance().apply(Theme::Mode::Light);
        QLineEdit edit;
        QComboBox box;
        QPushButton button(QStringLiteral("Save"));
        QSpinBox spin;
        for (const QWidget *control : std::initializer_list<QWidget *>{&edit, &box, &button, &spin}) {
            const int height = control->sizeHint().height();
            QVERIFY2(height >= 28 && height <= 32,
                qPrintable(QStringLiteral("%1 is %2 high")
                               .arg(QLatin1String(control->metaObject()->className()))
                               .arg(height)));
        }
    }

    void aComboBoxShowsItsWholeText()
    {
        QComboBox box;
        box.addItem(QStringLiteral("Keep in the system's keychain"));
        box.resize(box.sizeHint());
        QStyleOptionComboBox option;
        option.initFrom(&box);
        const QRect field
            = box.style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, &box);
        QVERIFY(field.width() >= box.fontMetrics().horizontalAdvance(box.itemText(0)));
    }

    void everySymbolicIconTakesTheColourItIsGiven()
    {
        int count = 0;
        QDirIterator files(QStringLiteral(":/icons"), {QStringLiteral("*.svg")});
        while (files.hasNext()) {
            const QString name = QFileInfo(files.next()).completeBaseName();
            if (name == QLatin1String("shardboard"))
                continue;
            ++count;
            const QImage image = symbolicPixmap(name, 24, QColor(0, 200, 0), 2).toImage();
            QCOMPARE(image.size(), QSize(48, 48));
            int painted = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    const QColor pixel = image.pixelColor(x, y);
                    if (pixel.alpha() < 128)
                        continue;
                    ++painted;
                    QVERIFY2(pixel.green() > 150 && pixel.red() < 60 && pixel.blue() < 60,
                        qPrintable(name + QStringLiteral(" paints ") + pixel.name()));
                }
            }
            QVERIFY2(painted > 20, qPrintable(name + QStringLiteral(" paints nothing")));
        }
        QVERIFY(count > 20);
    }

    void aSeriesKeepsItsColour()
    {
        Theme &theme = Theme::instance();
        QCOMPARE(theme.series(QStringLiteral("requests")), theme.series(QStringLiteral("requests")));
        QCOMPARE(theme.series(QStringLiteral("x"), QStringLiteral("error")), theme.error());
        QCOMPARE(theme.series(QStringLiteral("x"), QStringLiteral("#123456")), QColor(0x12, 0x34, 0x56));
    }

    void changingTheThemeTellsEverybody()
    {
        Theme &theme = Theme::instance();
        theme.apply(Theme::Mode::Light);
        QSignalSpy changed(&theme, &Theme::changed);
        theme.apply(Theme::Mode::Dark);
        QCOMPARE(changed.count(), 1);
        QVERIFY(QApplication::palette().color(QPalette::Window).lightness() < 60);
    }
};

SHARDBOARD_UI_TEST_MAIN(TestTheme)
#include "test_theme.moc"
