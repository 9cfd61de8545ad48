// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/wizards/meaningpanel.h"

#include <QDialog>
#include <QSet>

class QHBoxLayout;
class QPushButton;
class QStackedWidget;

namespace Shardboard {

class StepList;

/// The frame of every wizard: steps at the left, one page in the middle, what the choice means at the right, Back and
/// Next below. Pages live as long as the wizard, so going back loses nothing.
class WizardFrame : public QDialog
{
    Q_OBJECT

public:
    WizardFrame(const QString &title, QWidget *parent);

    int addStep(const QString &name, QWidget *page);
    int currentStep() const;
    QWidget *page(int step) const;
    void goTo(int step);
    /// A step that does not apply is passed over in both directions.
    void setStepApplies(int step, bool applies);

protected:
    /// A step is about to be left for the next one; false stays. Work that takes time returns false and calls goTo()
    /// later.
    virtual bool leave(int step);
    /// A step has become the current one.
    virtual void entered(int step) = 0;
    /// Whether the dialog may close now.
    virtual bool mayClose();

    void setMeaning(const Meaning &meaning); ///< an empty one hides the panel
    void setNext(const QString &text, bool isEnabled);
    void setBackEnabled(bool isEnabled);
    void setClose(const QString &text, bool isEnabled);
    /// While frozen no step can be gone back to: something is running, or has run.
    void setFrozen(bool isFrozen);
    QPushButton *addFootButton(const QString &text);
    void reject() override;

private:
    void setupLayout();
    void next();
    void back();

    QStringList m_names;
    QSet<int> m_skipped; ///< steps that do not apply
    StepList *m_steps;
    QStackedWidget *m_pages;
    MeaningPanel *m_meaning;
    QHBoxLayout *m_foot;
    QPushButton *m_close;
    QPushButton *m_back;
    QPushButton *m_next;
    bool m_isFrozen = false;
};

} // namespace Shardboard
