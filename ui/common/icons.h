// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

namespace Shardboard {

/// The symbolic icon resources/icons/<name>.svg in the text's colour (accent when selected, dim when disabled); follows
/// the theme when it changes. An invalid colour means the text's.
QIcon symbolicIcon(const QString &name, const QColor &colour = {});
/// The same, drawn at once: `size` in logical pixels.
QPixmap symbolicPixmap(const QString &name, int size, const QColor &colour, qreal devicePixelRatio);

} // namespace Shardboard
