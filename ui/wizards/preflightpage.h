// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/distribute/preflight.h"

#include <QWidget>

class QScrollArea;
class QStackedLayout;
class QVBoxLayout;

namespace Shardboard {

class ErrorView;
class Label;

/// The verdict before anything is changed: what stands in the way first, each with the server's rule in plain words and
/// the fixes that the plan can take along, to be ticked.
class PreflightPage final : public QWidget
{
    Q_OBJECT

public:
    explicit PreflightPage(QWidget *parent = nullptr);

    void showWorking();
    void showError(const ServerError &error);
    void showVerdict(const Preflight &verdict);
    /// "2 obstacles, 1 warning"
    QString summary() const;

Q_SIGNALS:
    /// One fix of a finding is enough: `others` are those of the same finding that it replaces.
    void fixToggled(const QString &id, const QStringList &others, bool isChosen);
    void retryRequested();

private:
    QWidget *makeFinding(const Finding &finding);
    QWidget *makeFix(const Finding &finding, const Fix &fix);

    QStackedLayout *m_states;
    Label *m_title;
    Label *m_intro;
    QScrollArea *m_scroll;
    QVBoxLayout *m_list = nullptr; ///< of the findings shown
    ErrorView *m_error;
};

} // namespace Shardboard
