// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSyntaxHighlighter>

#include <memory>

namespace Shardboard {

/// PostgreSQL colours for a text document by KSyntaxHighlighting's rules, light or dark as the theme is. Without that
/// library the text stays plain.
class SqlHighlighter final : public QSyntaxHighlighter
{
    Q_OBJECT

public:
    explicit SqlHighlighter(QTextDocument *document);
    ~SqlHighlighter() override;
    void followTheme();
    static bool isAvailable();

protected:
    void highlightBlock(const QString &text) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace Shardboard
