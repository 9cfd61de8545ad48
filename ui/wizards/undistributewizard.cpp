// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/undistributewizard.h"

#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QCheckBox>
#include <QVBoxLayout>

namespace Shardboard {

UndistributeWizard::UndistributeWizard(
    const UndistributeSettings &settings, const WizardContext &context, QWidget *parent)
    : ShardingWizard(tr("Bring tables back"), context, parent)
    , m_settings(settings)
    , m_cascade(new QCheckBox(tr("&What foreign keys connect with them comes back too"), this))
{
    QStringList names;
    for (const QualifiedName &table : settings.tables)
        names << table.display();
    auto *question = new QWidget(this);
    auto *layout = new QVBoxLayout(question);
    layout->setContentsMargins(Spacing::huge, Spacing::large, Spacing::huge, Spacing::medium);
    layout->setSpacing(Spacing::small);
    layout->addWidget(makeHeading(tr("Back to one server"), 1.35, question));
    auto *what = makeTextLabel(question);
    what->setText(settings.schema.isEmpty() ? names.join(QStringLiteral(", "))
                                            : tr("All tables of the schema %1").arg(settings.schema));
    layout->addWidget(what);
    layout->addWidget(makeDimLabel(tr("All rows are copied from the nodes to the coordinator, which must have room for "
                                      "them. Writes wait until it is "
                                      "done; reads wait for a moment at the end. Names, keys, views and grants stay."),
        question));
    layout->addSpacing(Spacing::small);
    layout->addWidget(m_cascade);
    layout->addStretch(1);
    m_cascade->setChecked(settings.cascade);
    m_cascade->setVisible(settings.schema.isEmpty());
    question->setFocusProxy(m_cascade);
    addStep(tr("Tables"), question);
    addJudgedSteps();
    goTo(0);
}

Outcome<Intent> UndistributeWizard::wish() const
{
    UndistributeSettings settings = m_settings;
    settings.cascade = m_cascade->isChecked();
    return undistributeIntent(settings);
}

void UndistributeWizard::enteredOwnQuestion(int step)
{
    page(step)->setFocus();
}

} // namespace Shardboard
