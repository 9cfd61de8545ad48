// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/messagebox.h"

#include "ui/common/icons.h"
#include "ui/common/labels.h"
#include "ui/common/showntext.h"

namespace Shardboard {

QMessageBox *makeMessageBox(QMessageBox::Icon icon, const QString &title, const QString &text,
    QMessageBox::StandardButtons buttons, QWidget *parent)
{
    auto *box = new QMessageBox(parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText); // before there is a text
    if (icon == QMessageBox::Warning)
        box->setIconPixmap(symbolicPixmap(
            QStringLiteral("warning"), 24, toneColour(Tone::Warning), parent ? parent->devicePixelRatioF() : 1));
    box->setWindowTitle(shownText(title, mostCaptionCharacters));
    box->setText(shownText(text));
    box->setStandardButtons(buttons);
    return box;
}

} // namespace Shardboard
