// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/textview.h"

#include <QDesktopServices>
#include <QEvent>
#include <QTextDocument>
#include <QUrl>

namespace Shardboard {

namespace {
const QTextDocument::MarkdownFeatures plainMarkdown(
    QTextDocument::MarkdownDialectGitHub | QTextDocument::MarkdownFeatures(QTextDocument::MarkdownNoHTML));
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
    document()->setMarkdown(m_markdown, plainMarkdown);
}

QVariant TextView::loadResource(int, const QUrl &)
{
    return {};
}

void TextView::changeEvent(QEvent *event)
{
    QTextBrowser::changeEvent(event);
    // Headings and links took their look from the palette when they were read.
    if (event->type() == QEvent::PaletteChange)
        document()->setMarkdown(m_markdown, plainMarkdown);
}

} // namespace Shardboard
