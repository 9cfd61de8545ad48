// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFontMetrics>
#include <QRect>
#include <QString>

class QWidget;

/// Text of a server, a file or the user on its way to the screen. It is data: never markup, never a mnemonic, and never
/// so long that laying it out holds the window up. What is copied or exported stays exact; only what is shown is cut.
namespace Shardboard {

constexpr qsizetype mostShownCharacters = 2000;
constexpr qsizetype mostCaptionCharacters = 100;

/// Cut to `limit` characters with "…" at the end. Line breaks and tabs stay; other control characters and those that
/// reorder text (U+202E and the like) are written out as \x1B and \u202E.
QString shownText(const QString &text, qsizetype limit = mostShownCharacters);
/// For what takes "&" for a mnemonic: buttons, check boxes, actions, tabs. One line.
QString captionText(const QString &text);
/// shownText() for a label: where a run of characters has no space it may be broken, else the label, and the window
/// with it, would be as wide as the run.
QString labelText(const QString &text);
/// shownText() in lines of a readable length.
QString toolTipText(const QString &text);
/// Shows or, for an empty text, hides the tool tip.
void showToolTip(QPoint globalPosition, const QString &text, QWidget *widget, const QRect &rect = {});

/// As the members of QFontMetrics, in a time that does not depend on the length of the text.
QString elideText(const QFontMetrics &metrics, const QString &text, Qt::TextElideMode mode, int width);
int textWidth(const QFontMetrics &metrics, const QString &text);
QString elideText(const QFontMetricsF &metrics, const QString &text, Qt::TextElideMode mode, double width);
double textWidth(const QFontMetricsF &metrics, const QString &text);

} // namespace Shardboard
