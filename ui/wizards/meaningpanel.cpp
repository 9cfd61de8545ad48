// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/wizards/meaningpanel.h"

#include "ui/common/labels.h"
#include "ui/common/theme.h"

#include <QGridLayout>
#include <QPainter>

namespace Shardboard {

MeaningPanel::MeaningPanel(QWidget *parent)
    : QWidget(parent), m_text(makeTextLabel(this)), m_figures(new QGridLayout), m_note(makeDimLabel({}, this))
{
    setFixedWidth(264);
    setAccessibleName(tr("What this means"));
    m_figures->setHorizontalSpacing(Spacing::medium);
    m_figures->setColumnStretch(0, 1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(Spacing::large, Spacing::huge, Spacing::large, Spacing::large);
    layout->setSpacing(Spacing::medium);
    layout->addWidget(makeHeading(tr("What this means"), 1.0, this));
    layout->addWidget(m_text);
    layout->addLayout(m_figures);
    layout->addWidget(m_note);
    layout->addStretch(1);
}

void MeaningPanel::setMeaning(const Meaning &meaning)
{
    m_text->setText(meaning.text);
    m_text->setVisible(!meaning.text.isEmpty());
    m_note->setText(meaning.note);
    qDeleteAll(std::exchange(m_labels, {}));
    int row = 0;
    for (const Meaning::Figure &figure : meaning.figures) {
        auto *label = makeDimLabel(figure.label, this);
        auto *value = new Label(figure.value, this);
        value->setFont(Theme::figureFont());
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        m_figures->addWidget(label, row, 0);
        m_figures->addWidget(value, row++, 1, Qt::AlignRight | Qt::AlignTop);
        m_labels.append({label, value});
    }
    QStringList spoken{meaning.text};
    for (const Meaning::Figure &figure : meaning.figures)
        spoken.append(figure.label + QStringLiteral(": ") + figure.value);
    setAccessibleDescription(spoken.join(QLatin1Char('\n')));
}

void MeaningPanel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(QRect(0, 0, 1, height()), Theme::instance().border());
}

} // namespace Shardboard
