// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTextBrowser>

namespace Shardboard {

/// The text of a panel: Markdown without HTML, whose pictures are never loaded, neither from this machine nor from a
/// network; web links open in the browser.
class TextView final : public QTextBrowser
{
    Q_OBJECT

public:
    explicit TextView(QWidget *parent = nullptr);

    void setText(const QString &markdown);

protected:
    QVariant loadResource(int type, const QUrl &name) override;
    void changeEvent(QEvent *event) override;

private:
    void showMarkdown();

    QString m_markdown;
};

} // namespace Shardboard
