// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>
#include <QString>

namespace Shardboard {

/// Distances between and inside controls, in logical pixels: always steps of four.
namespace Spacing {
constexpr int tiny = 4, small = 8, medium = 12, large = 16, huge = 24;
}

/// Every colour of the program, for light and for dark. Widgets take what they need from the palette; charts, states
/// and markers take it from here and redraw on changed().
class Theme : public QObject
{
    Q_OBJECT

public:
    enum class Mode { System, Light, Dark };
    Q_ENUM(Mode)

    static Theme &instance();

    /// Sets style, palette and font of the application; System follows the desktop.
    void apply(Mode mode);
    Mode mode() const { return m_mode; }
    bool isDark() const { return m_isDark; }

    QColor window() const; ///< behind cards
    QColor card() const; ///< a panel's ground
    QColor field() const; ///< inputs and plain buttons
    QColor hover() const; ///< over rows and flat buttons, translucent
    QColor selection() const; ///< over selected rows, translucent
    QColor border() const; ///< 1 px around cards, between rows
    QColor grid() const; ///< horizontal lines of charts
    QColor text() const;
    QColor dimText() const; ///< units, NULL, secondary lines; still 4.5:1 on a card
    QColor accent() const;
    QColor success() const;
    QColor error() const;
    QColor warning() const;
    QColor hatch() const; ///< over open buckets

    /// Fixed per series name while the program runs and between runs; Okabe–Ito first. Roles of FieldStyle::colour and
    /// "#rrggbb" are taken as they are.
    QColor series(const QString &name, const QString &colour = {}) const;
    /// The palette behind series(): how many colours it has, which one a name would take, and the colour itself.
    static int seriesColourCount();
    static int seriesColourIndex(const QString &name);
    static QColor seriesColour(int index);
    /// The interface's font with tabular figures; monospace for SQL; headings are the interface's font, larger.
    static QFont figureFont(double scale = 1.0);
    static QFont codeFont();
    static QFont headingFont(double scale = 1.5);

Q_SIGNALS:
    void changed();

private:
    Theme();
    void followDesktop();

    Mode m_mode = Mode::System;
    bool m_isDark = false;
    bool m_desktopIsDark = false;
};

} // namespace Shardboard
