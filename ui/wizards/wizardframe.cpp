// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/wizardframe.h"

#include "ui/common/theme.h"
#include "ui/wizards/steplist.h"

#include <QPushButton>
#include <QScreen>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace Shardboard {

WizardFrame::WizardFrame(const QString &title, QWidget *parent)
    : QDialog(parent)
    , m_steps(new StepList(this))
    , m_pages(new QStackedWidget(this))
    , m_meaning(new MeaningPanel(this))
    , m_foot(new QHBoxLayout)
    , m_close(new QPushButton(tr("Cancel"), this))
    , m_back(new QPushButton(tr("Back"), this))
    , m_next(new QPushButton(tr("Next"), this))
{
    setWindowTitle(title);
    setWindowModality(Qt::WindowModal);
    setupLayout();
    m_close->setAutoDefault(false);
    m_back->setAutoDefault(false);
    m_next->setDefault(true);
    connect(m_next, &QPushButton::clicked, this, &WizardFrame::next);
    connect(m_back, &QPushButton::clicked, this, &WizardFrame::back);
    connect(m_close, &QPushButton::clicked, this, &WizardFrame::reject);
    connect(m_steps, &StepList::chosen, this, &WizardFrame::goTo);
    resize(QSize(1120, 720).boundedTo(screen()->availableSize() - QSize(16, 48)));
}

void WizardFrame::setupLayout()
{
    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_steps);
    middle->addWidget(m_pages, 1);
    middle->addWidget(m_meaning);
    auto *line = new QWidget(this);
    line->setFixedHeight(1);
    line->setAutoFillBackground(true);
    line->setBackgroundRole(QPalette::Mid);
    m_foot->setContentsMargins(Spacing::large, Spacing::medium, Spacing::large, Spacing::medium);
    m_foot->setSpacing(Spacing::small);
    m_foot->addWidget(m_close);
    m_foot->addStretch(1);
    m_foot->addWidget(m_back);
    m_foot->addWidget(m_next);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addLayout(middle, 1);
    layout->addWidget(line);
    layout->addLayout(m_foot);
}

int WizardFrame::addStep(const QString &name, QWidget *page)
{
    m_names.append(name);
    m_steps->setSteps(m_names);
    return m_pages->addWidget(page);
}

int WizardFrame::currentStep() const
{
    return m_pages->currentIndex();
}

QWidget *WizardFrame::page(int step) const
{
    return m_pages->widget(step);
}

void WizardFrame::goTo(int step)
{
    if (step < 0 || step >= m_pages->count())
        return;
    m_pages->setCurrentIndex(step);
    m_steps->setCurrent(step);
    setNext(tr("Next"), true);
    setBackEnabled(step > 0);
    setMeaning({});
    entered(step);
}

void WizardFrame::next()
{
    const int step = currentStep();
    if (!leave(step) || step != currentStep())
        return;
    int following = step + 1;
    while (m_skipped.contains(following))
        ++following;
    goTo(following);
}

void WizardFrame::back()
{
    int previous = currentStep() - 1;
    while (m_skipped.contains(previous))
        --previous;
    goTo(previous);
}

void WizardFrame::setStepApplies(int step, bool applies)
{
    if (applies)
        m_skipped.remove(step);
    else
        m_skipped.insert(step);
    m_steps->setSkipped(m_skipped);
}

bool WizardFrame::leave(int)
{
    return true;
}

bool WizardFrame::mayClose()
{
    return true;
}

void WizardFrame::setMeaning(const Meaning &meaning)
{
    m_meaning->setVisible(!meaning.isEmpty());
    m_meaning->setMeaning(meaning);
}

void WizardFrame::setNext(const QString &text, bool isEnabled)
{
    m_next->setText(text);
    m_next->setVisible(!text.isEmpty());
    m_next->setEnabled(isEnabled);
    // A dialog takes the mark away from a button it disables.
    m_next->setDefault(true);
}

void WizardFrame::setBackEnabled(bool isEnabled)
{
    m_back->setEnabled(isEnabled && !m_isFrozen);
}

void WizardFrame::setClose(const QString &text, bool isEnabled)
{
    m_close->setText(text);
    m_close->setEnabled(isEnabled);
}

void WizardFrame::setFrozen(bool isFrozen)
{
    m_isFrozen = isFrozen;
    m_steps->setFrozen(isFrozen);
    setBackEnabled(currentStep() > 0);
}

QPushButton *WizardFrame::addFootButton(const QString &text)
{
    auto *button = new QPushButton(text, this);
    button->setAutoDefault(false);
    m_foot->insertWidget(m_foot->indexOf(m_back), button);
    return button;
}

void WizardFrame::reject()
{
    if (mayClose())
        QDialog::reject();
}

} // namespace Shardboard
