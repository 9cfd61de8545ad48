// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/textview.h"

#include "ui/common/showntext.h"

#include <QDesktopServices>
#include <QEvent>
#include <QImage>
#include <QRegularExpression>
#include <QTextDocument>
#include <QUrl>

namespace Shardboard {

namespace {
constexpr qsizetype mostCharacters = 8'000; // laid out at once
const QTextDocument::MarkdownFeatures plainMarkdown(
    QTextDocument::MarkdownDialectGitHub | QTextDocument::MarkdownFeatures(QTextDocument::MarkdownNoHTML));

/// A line of a thousand ">" or "- " would be as many frames in one another.
QString withoutDeepNesting(QString markdown)
{
    static const QRegularExpression deep(
        QStringLiteral("^([ \\t]*(?:(?:[>*+-]|\\d{1,9}[.)])[ \\t]*){12})(?:(?:[>*+-]|\\d{1,9}[.)])[ \\t]*)+"),
        QRegularExpression::MultilineOption);
    return markdown.replace(deep, QStringLiteral("\\1"));
}

} // namespace

TextView::TextView(QWidget *parent) : QTextBrowser(parent)
{
    setFrameShape(QFrame::NoFrame);
    setOpenLinks(false);
    document()->setDocumentMargin(12);
    viewport()->setAutoFillBackground(false);
    connect(this, &QTextBrowser::anchorClicked, this, [](const QUrl &url) {
        if (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http"))
            QDesktopServices::openUrl(url);
    });
}

void TextView::setText(const QString &markdown)
{
    if (m_markdown == markdown)
        return;
    m_markdown = markdown;
    showMarkdown();
}

void TextView::showMarkdown()
{
    document()->setMarkdown(withoutDeepNesting(shownText(m_markdown, mostCharacters)), plainMarkdown);
}

// For want of a valid answer QTextDocument would open the file itself.
QVariant TextView::loadResource(int type, const QUrl &)
{
    if (type != QTextDocument::ImageResource)
        return QByteArray(" ");
    QImage nothing(1, 1, QImage::Format_ARGB32);
    nothing.fill(Qt::transparent);
    return nothing;
}

void TextView::changeEvent(QEvent *event)
{
    QTextBrowser::changeEvent(event);
    // Headings and links took their look from the palette when they were read.
    if (event->type() == QEvent::PaletteChange)
        showMarkdown();
}

} // namespace Shardboard
