// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <functional>

class QLineEdit;
class QPushButton;

namespace Shardboard {

/// Asks before something that cannot be taken back, or that changes a production server: says what will happen and
/// wants a name typed. Opened window-modal; accepted() is the yes.
class ConfirmDialog final : public QDialog
{
    Q_OBJECT

public:
    struct Question
    {
        QString title;
        QString text; ///< what will happen, or be lost
        QString nameToType; ///< empty: a plain yes or no
        QString actionText; ///< of the button, a verb
        bool isDestructive = false;
    };

    ConfirmDialog(const Question &question, QWidget *parent);
    static void ask(const Question &question, QWidget *parent, std::function<void()> confirmed);

private:
    void setupLayout(const Question &question);

    QLineEdit *m_name = nullptr;
    QPushButton *m_action;
};

} // namespace Shardboard
