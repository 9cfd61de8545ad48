// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/outcome.h"

#include <QList>
#include <QString>

#include <optional>

class QWidget;

namespace Shardboard {

/// Pictures of widgets in files. SVG and PDF hold lines and text, not pixels.
enum class PictureFormat { Png, Svg, Pdf };

/// By the name's ending, whatever its case.
std::optional<PictureFormat> pictureFormatOf(const QString &fileName);

/// The widget as it is laid out now, on the theme's ground; PNG with `pixelRatio` pixels a logical pixel.
QByteArray drawPicture(QWidget &widget, PictureFormat format, double pixelRatio = 2);

/// Draws and writes the file whole or not at all.
Completion savePicture(QWidget &widget, const QString &fileName, double pixelRatio = 2);

/// A title as the stem of a file's name, on every system.
QString fileNameFrom(const QString &title);

/// Asks where to, named after `title`, and writes; what went wrong is shown on `window`. A widget without a parent is
/// taken over and deleted afterwards.
void askAndSavePicture(QWidget *widget, const QString &title, const QList<PictureFormat> &formats, QWidget *window);

} // namespace Shardboard
