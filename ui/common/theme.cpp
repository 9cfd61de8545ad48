// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QStyleFactory>

#include <array>

namespace Shardboard {

namespace {

struct Colours
{
    QRgb window, card, border, grid, text, dimText, accent, success, error, warning;
};

constexpr Colours lightColours{
    0xfff4f5f7, 0xffffffff, 0xffd9dce1, 0xffe8eaed, 0xff1c2024, 0xff5c6570, 0xff1f6fb8, 0xff1a7f4b, 0xffc62f2f, 0xff9a6700};
constexpr Colours darkColours{
    0xff16181c, 0xff1e2126, 0xff343940, 0xff2a2e34, 0xffe4e7eb, 0xff9aa3ae, 0xff5aa9e6, 0xff4cb782, 0xfff0716b, 0xffd9a63f};

// Okabe–Ito without black (it is the text's), the hue that reads worst on the ground moved last.
constexpr std::array<QRgb, 7> seriesColours{
    0xff0072b2, 0xffe69f00, 0xff009e73, 0xffcc79a7, 0xff56b4e9, 0xffd55e00, 0xffb8a900};

const Colours &colours(bool dark)
{
    return dark ? darkColours : lightColours;
}

bool desktopIsDark()
{
    return QApplication::palette().color(QPalette::Window).lightness() < 128;
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
    palette.setColor(QPalette::Button, QColor(dark ? 0xff272b31 : 0xffffffff));
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

Theme &Theme::instance()
{
    static Theme theme;
    return theme;
}

void Theme::apply(Mode mode)
{
    m_mode = mode;
    m_isDark = mode == Mode::Dark || (mode == Mode::System && desktopIsDark());
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(makePalette(colours(m_isDark), m_isDark));
    Q_EMIT changed();
}

QColor Theme::window() const { return colours(m_isDark).window; }
QColor Theme::card() const { return colours(m_isDark).card; }
QColor Theme::border() const { return colours(m_isDark).border; }
QColor Theme::grid() const { return colours(m_isDark).grid; }
QColor Theme::text() const { return colours(m_isDark).text; }
QColor Theme::dimText() const { return colours(m_isDark).dimText; }
QColor Theme::accent() const { return colours(m_isDark).accent; }
QColor Theme::success() const { return colours(m_isDark).success; }
QColor Theme::error() const { return colours(m_isDark).error; }
QColor Theme::warning() const { return colours(m_isDark).warning; }

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
    // A fixed seed: the same name has the same colour on every start.
    return QColor(seriesColours[qHash(name, 7) % seriesColours.size()]);
}

QFont Theme::figureFont(double scale)
{
    QFont font = QApplication::font();
    font.setPointSizeF(font.pointSizeF() * scale);
    return font;
}

QFont Theme::codeFont()
{
    return QFontDatabase::systemFont(QFontDatabase::FixedFont);
}

} // namespace Shardboard
