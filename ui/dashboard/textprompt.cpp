// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/textprompt.h"

#include "ui/common/showntext.h"

#include <QInputDialog>

namespace Shardboard {

void askText(const QString &title, const QString &label, const QString &text, QWidget *owner,
    std::function<void(const QString &)> done)
{
    auto *dialog = new QInputDialog(owner);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(shownText(title, mostCaptionCharacters));
    dialog->setLabelText(shownText(label));
    dialog->setTextValue(text);
    QObject::connect(dialog, &QInputDialog::textValueSelected, owner, [text, done](const QString &typed) {
        if (!typed.trimmed().isEmpty() && typed.trimmed() != text)
            done(typed.trimmed());
    });
    dialog->open();
}

} // namespace Shardboard
