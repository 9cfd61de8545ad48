// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QWidget>

class QGridLayout;

namespace Shardboard {

class Label;

/// What a choice means: a few sentences and figures, worked out from what is filled in now.
struct Meaning
{
    struct Figure
    {
        QString label;
        QString value;
    };
    QString text;
    QList<Figure> figures;
    QString note; ///< on what the figures rest

    bool isEmpty() const { return text.isEmpty() && figures.isEmpty(); }
};

/// Shows it beside the question.
class MeaningPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit MeaningPanel(QWidget *parent = nullptr);
    void setMeaning(const Meaning &meaning);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Label *m_text;
    QGridLayout *m_figures;
    QList<Label *> m_labels;
    Label *m_note;
};

} // namespace Shardboard
