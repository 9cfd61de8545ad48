// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/values/servererror.h"
#include "ui/common/card.h"

class QPushButton;

namespace Shardboard {

class Label;
class SqlView;

/// The one widget that shows what went wrong: the message, its detail and hint in the server's own words, the SQLSTATE,
/// the statement with the place marked, Copy for all of it, and Retry where the owner offers it.
class ErrorView final : public Card
{
    Q_OBJECT

public:
    explicit ErrorView(QWidget *parent = nullptr);

    /// `title` says in the user's words what did not happen, "Could not connect"; empty: the message alone.
    void setError(const ServerError &error, const QString &title = {});
    const ServerError &error() const { return m_error; }
    void setRetryVisible(bool isVisible);

Q_SIGNALS:
    void retryRequested();

private:
    void setupLayout();
    void refreshIcon();
    void copyAll();

    ServerError m_error;
    Label *m_icon;
    Label *m_title;
    Label *m_message;
    Label *m_detail;
    Label *m_hint;
    Label *m_code;
    SqlView *m_statement = nullptr; ///< made when there is a statement to show
    QPushButton *m_retry;
    QPushButton *m_copy;
};

} // namespace Shardboard
