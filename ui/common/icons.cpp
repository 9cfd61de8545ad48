// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/icons.h"

#include "ui/common/theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace Shardboard {

namespace {

/// Draws when asked, so a theme change needs no new icons.
class SymbolicIconEngine final : public QIconEngine
{
public:
    SymbolicIconEngine(QString name, QColor colour) : m_name(std::move(name)), m_colour(std::move(colour)) {}

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State state) override
    {
        const qreal ratio = painter->device()->devicePixelRatio();
        const int side = qMin(rect.width(), rect.height());
        const QPixmap pixmap = symbolicPixmap(m_name, side, colourFor(mode, state), ratio);
        painter->drawPixmap(
            rect.x() + (rect.width() - side) / 2, rect.y() + (rect.height() - side) / 2, side, side, pixmap);
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1.0);
    }

    // Here `size` is in device pixels.
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal scale) override
    {
        QPixmap pixmap = symbolicPixmap(m_name, qMin(size.width(), size.height()), colourFor(mode, state), 1.0);
        pixmap.setDevicePixelRatio(scale);
        return pixmap;
    }

    QIconEngine *clone() const override { return new SymbolicIconEngine(m_name, m_colour); }

private:
    QColor colourFor(QIcon::Mode mode, QIcon::State state) const
    {
        const Theme &theme = Theme::instance();
        if (mode == QIcon::Disabled)
            return theme.dimText();
        if (mode == QIcon::Selected || state == QIcon::On)
            return theme.accent();
        return m_colour.isValid() ? m_colour : theme.text();
    }

    QString m_name;
    QColor m_colour;
};

} // namespace

QPixmap symbolicPixmap(const QString &name, int size, const QColor &colour, qreal devicePixelRatio)
{
    const int pixels = qMax(1, qRound(size * devicePixelRatio));
    const QString key = QStringLiteral("icon:%1:%2:%3").arg(name, colour.name(QColor::HexArgb)).arg(pixels);
    QPixmap pixmap;
    if (!QPixmapCache::find(key, &pixmap)) {
        QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
        const bool isThere = file.open(QIODevice::ReadOnly);
        Q_ASSERT_X(isThere, "symbolicPixmap", qPrintable(name));
        // QtSvg knows no currentColor.
        QByteArray svg = isThere ? file.readAll() : QByteArray();
        svg.replace("currentColor", colour.name().toLatin1());
        QSvgRenderer renderer(svg);
        pixmap = QPixmap(pixels, pixels);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter, QRectF(0, 0, pixels, pixels));
        painter.end();
        QPixmapCache::insert(key, pixmap);
    }
    pixmap.setDevicePixelRatio(devicePixelRatio);
    return pixmap;
}

QIcon symbolicIcon(const QString &name, const QColor &colour)
{
    return QIcon(new SymbolicIconEngine(name, colour));
}

} // namespace Shardboard
