// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/pictures.h"

#include "ui/common/messagebox.h"
#include "ui/common/showntext.h"
#include "ui/common/theme.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileDialog>
#include <QPainter>
#include <QPdfWriter>
#include <QPointer>
#include <QRegularExpression>
#include <QSaveFile>
#include <QSvgGenerator>

namespace Shardboard {

namespace {

struct Pictures
{
    Q_DECLARE_TR_FUNCTIONS(Pictures)
};

constexpr int pixelsPerInch = 96;
constexpr double pointsPerPixel = 72.0 / pixelsPerInch;

void paintOn(QPaintDevice &device, QWidget &widget)
{
    // What was made since the last turn of the event loop has not been laid out yet.
    QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
    QPainter painter(&device);
    painter.fillRect(widget.rect(), Theme::instance().window());
    widget.render(&painter, QPoint(), QRegion(), QWidget::DrawChildren);
}

QByteArray drawPng(QWidget &widget, double pixelRatio)
{
    QImage image((QSizeF(widget.size()) * pixelRatio).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(pixelRatio);
    paintOn(image, widget);
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return buffer.data();
}

/// Qt 6.4 writes a drawing's title as it is, later versions escape it: the characters of markup are replaced by their
/// like.
QString withoutMarkup(const QString &title)
{
    QString text = shownText(title, mostCaptionCharacters);
    return text.replace(u'<', QChar(u'‹')).replace(u'>', QChar(u'›')).replace(u'&', QChar(u'＆'));
}

QByteArray drawSvg(QWidget &widget)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(widget.size());
    generator.setViewBox(widget.rect());
    generator.setResolution(pixelsPerInch);
    generator.setTitle(withoutMarkup(widget.accessibleName()));
    paintOn(generator, widget);
    return buffer.data();
}

QByteArray drawPdf(QWidget &widget)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(pixelsPerInch);
    writer.setPageSize(QPageSize(QSizeF(widget.size()) * pointsPerPixel, QPageSize::Point, {}, QPageSize::ExactMatch));
    writer.setPageMargins({});
    writer.setTitle(shownText(widget.accessibleName(), mostCaptionCharacters));
    writer.setCreator(QStringLiteral("Shardboard"));
    paintOn(writer, widget);
    return buffer.data();
}

QString suffix(PictureFormat format)
{
    switch (format) {
    case PictureFormat::Png:
        return QStringLiteral("png");
    case PictureFormat::Svg:
        return QStringLiteral("svg");
    case PictureFormat::Pdf:
        return QStringLiteral("pdf");
    }
    Q_UNREACHABLE();
}

} // namespace

std::optional<PictureFormat> pictureFormatOf(const QString &fileName)
{
    for (const PictureFormat format : {PictureFormat::Png, PictureFormat::Svg, PictureFormat::Pdf}) {
        if (fileName.endsWith(u'.' + suffix(format), Qt::CaseInsensitive))
            return format;
    }
    return std::nullopt;
}

QByteArray drawPicture(QWidget &widget, PictureFormat format, double pixelRatio)
{
    switch (format) {
    case PictureFormat::Png:
        return drawPng(widget, pixelRatio);
    case PictureFormat::Svg:
        return drawSvg(widget);
    case PictureFormat::Pdf:
        return drawPdf(widget);
    }
    Q_UNREACHABLE();
}

Completion savePicture(QWidget &widget, const QString &fileName, double pixelRatio)
{
    const auto format = pictureFormatOf(fileName);
    if (!format)
        return ServerError::usage(QStringLiteral("%1: the name must end in .png, .svg or .pdf").arg(fileName));
    QSaveFile file(fileName);
    if (!file.open(QIODevice::WriteOnly))
        return ServerError::file(QStringLiteral("%1: %2").arg(fileName, file.errorString()));
    const QByteArray picture = drawPicture(widget, *format, pixelRatio);
    if (file.write(picture) != picture.size() || !file.commit())
        return ServerError::file(QStringLiteral("%1: %2").arg(fileName, file.errorString()));
    return Nothing{};
}

QString fileNameFrom(const QString &title)
{
    static const QRegularExpression unfit(QStringLiteral("[/\\\\:*?\"<>|\\s\\x00-\\x1f]+"));
    QString name = title.trimmed().left(100);
    name.replace(unfit, QStringLiteral("-"));
    return name.isEmpty() ? QStringLiteral("dashboard") : name;
}

void askAndSavePicture(QWidget *widget, const QString &title, const QList<PictureFormat> &formats, QWidget *window)
{
    QStringList filters;
    for (const PictureFormat format : formats)
        filters.append(QStringLiteral("%1 (*.%2)").arg(suffix(format).toUpper(), suffix(format)));
    auto *dialog
        = new QFileDialog(window, Pictures::tr("Export picture"), fileNameFrom(title) + u'.' + suffix(formats.first()));
    if (!widget->parent())
        QObject::connect(dialog, &QObject::destroyed, widget, &QObject::deleteLater);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(filters);
    dialog->setDefaultSuffix(suffix(formats.first()));
    QObject::connect(dialog, &QFileDialog::filterSelected, dialog, [dialog, filters, formats](const QString &filter) {
        dialog->setDefaultSuffix(suffix(formats.value(filters.indexOf(filter), PictureFormat::Png)));
    });
    QObject::connect(
        dialog, &QFileDialog::fileSelected, window, [target = QPointer(widget), window](const QString &file) {
            if (!target)
                return;
            if (const Completion saved = savePicture(*target, file); saved.isError()) {
                makeMessageBox(
                    QMessageBox::Warning, Pictures::tr("Not exported"), saved.error().message, QMessageBox::Ok, window)
                    ->open();
            }
        });
    dialog->open();
}

} // namespace Shardboard
