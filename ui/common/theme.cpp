// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/theme.h"

#include "ui/common/style.h"
#include "ui/common/textguard.h"

#include <QApplication>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QStyleHints>

#include <array>

namespace Shardboard {

namespace {

struct Colours
{
    QRgb window, card, field, border, grid, text, dimText, accent, success, error, warning;
};

constexpr Colours lightColours{0xfff4f5f7, 0xffffffff, 0xffffffff, 0xffd9dce1, 0xffe8eaed, 0xff1c2024, 0xff5c6570,
    0xff1f6fb8, 0xff1a7f4b, 0xffc62f2f, 0xff936200};
constexpr Colours darkColours{0xff16181c, 0xff1e2126, 0xff262a31, 0xff343940, 0xff2a2e34, 0xffe4e7eb, 0xff9aa3ae,
    0xff5aa9e6, 0xff4cb782, 0xfff0716b, 0xffd9a63f};

// Okabe–Ito without black (it is the text's), the hue that reads worst on the ground moved last.
constexpr std::array<QRgb, 7> seriesColours{
    0xff0072b2, 0xffe69f00, 0xff009e73, 0xffcc79a7, 0xff56b4e9, 0xffd55e00, 0xffb8a900};

const Colours &colours(bool dark)
{
    return dark ? darkColours : lightColours;
}

QPalette makePalette(const Colours &c, bool dark)
{
    QPalette palette;
    palette.setColor(QPalette::Window, QColor(c.window));
    palette.setColor(QPalette::WindowText, QColor(c.text));
    palette.setColor(QPalette::Base, QColor(c.card));
    palette.setColor(QPalette::AlternateBase, QColor(c.window));
    palette.setColor(QPalette::Text, QColor(c.text));
    palette.setColor(QPalette::PlaceholderText, QColor(c.dimText));
    palette.setColor(QPalette::Button, QColor(c.field));
    palette.setColor(QPalette::ButtonText, QColor(c.text));
    palette.setColor(QPalette::BrightText, QColor(c.error));
    palette.setColor(QPalette::Highlight, QColor(c.accent));
    palette.setColor(QPalette::HighlightedText, QColor(dark ? 0xff101214 : 0xffffffff));
    palette.setColor(QPalette::Link, QColor(c.accent));
    palette.setColor(QPalette::ToolTipBase, QColor(c.card));
    palette.setColor(QPalette::ToolTipText, QColor(c.text));
    palette.setColor(QPalette::Light, QColor(c.card));
    palette.setColor(QPalette::Midlight, QColor(c.grid));
    palette.setColor(QPalette::Mid, QColor(c.border));
    palette.setColor(QPalette::Dark, QColor(c.border));
    palette.setColor(QPalette::Shadow, QColor(c.border));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor(c.dimText));
    return palette;
}

} // namespace

Theme::Theme()
{
    // Read before the program's own palette hides the desktop's.
    m_desktopIsDark = QApplication::palette().color(QPalette::Window).lightness() < 128;
    followDesktop();
}

void Theme::followDesktop()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const QStyleHints *hints = QGuiApplication::styleHints();
    if (hints->colorScheme() != Qt::ColorScheme::Unknown)
        m_desktopIsDark = hints->colorScheme() == Qt::ColorScheme::Dark;
    connect(hints, &QStyleHints::colorSchemeChanged, this, [this](Qt::ColorScheme scheme) {
        m_desktopIsDark = scheme == Qt::ColorScheme::Dark;
        if (m_mode == Mode::System)
            apply(m_mode);
    });
#endif
}

Theme &Theme::instance()
{
    static Theme theme;
    return theme;
}

void Theme::apply(Mode mode)
{
    TextGuard::install();
    m_mode = mode;
    m_isDark = mode == Mode::Dark || (mode == Mode::System && m_desktopIsDark);
    if (!qobject_cast<Style *>(QApplication::style()))
        QApplication::setStyle(new Style);
    QApplication::setPalette(makePalette(colours(m_isDark), m_isDark));
    Q_EMIT changed();
}

QColor Theme::window() const
{
    return colours(m_isDark).window;
}
QColor Theme::card() const
{
    return colours(m_isDark).card;
}
QColor Theme::field() const
{
    return colours(m_isDark).field;
}
QColor Theme::border() const
{
    return colours(m_isDark).border;
}
QColor Theme::grid() const
{
    return colours(m_isDark).grid;
}
QColor Theme::text() const
{
    return colours(m_isDark).text;
}
QColor Theme::dimText() const
{
    return colours(m_isDark).dimText;
}
QColor Theme::accent() const
{
    return colours(m_isDark).accent;
}
QColor Theme::success() const
{
    return colours(m_isDark).success;
}
QColor Theme::error() const
{
    return colours(m_isDark).error;
}
QColor Theme::warning() const
{
    return colours(m_isDark).warning;
}

QColor Theme::hover() const
{
    QColor colour = text();
    colour.setAlpha(m_isDark ? 20 : 13);
    return colour;
}

QColor Theme::selection() const
{
    QColor colour = accent();
    colour.setAlpha(m_isDark ? 56 : 34);
    return colour;
}

QColor Theme::hatch() const
{
    QColor colour = dimText();
    colour.setAlpha(70);
    return colour;
}

QColor Theme::series(const QString &name, const QString &colour) const
{
    if (colour == QLatin1String("error"))
        return error();
    if (colour == QLatin1String("success"))
        return success();
    if (colour == QLatin1String("accent"))
        return accent();
    if (colour.startsWith(QLatin1Char('#')))
        return QColor(colour);
    return seriesColour(seriesColourIndex(name));
}

int Theme::seriesColourCount()
{
    return int(seriesColours.size());
}

int Theme::seriesColourIndex(const QString &name)
{
    // FNV-1a: qHash() differs from process to process, and a name keeps its colour from one start to the next.
    quint32 hash = 2166136261U;
    for (const QChar c : name)
        hash = (hash ^ c.unicode()) * 16777619U;
    return int(hash % seriesColours.size());
}

QColor Theme::seriesColour(int index)
{
    return QColor(seriesColours[size_t(index) % seriesColours.size()]);
}

QFont Theme::figureFont(double scale)
{
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * scale);
    return font;
}

QFont Theme::headingFont(double scale)
{
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * scale);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont Theme::codeFont()
{
    return QFontDatabase::systemFont(QFontDatabase::FixedFont);
}

} // namespace Shardboard
