// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/savefile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>
#include <QSaveFile>

namespace Shardboard {

Completion writeFile(const QString &path, const QByteArray &bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return ServerError::file(QCoreApplication::translate("Shardboard::savefile", "%1 could not be written: %2")
                                     .arg(QDir::toNativeSeparators(path), file.errorString()));
    return Nothing{};
}

void askToSave(const QString &title, const QString &name, const QByteArray &bytes, QWidget *parent,
    std::function<void(const Completion &, const QString &path)> done)
{
    auto *dialog = new QFileDialog(parent, title);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(name);
    QObject::connect(dialog, &QFileDialog::fileSelected, parent,
        [bytes, done = std::move(done)](const QString &path) { done(writeFile(path, bytes), path); });
    dialog->open();
}

} // namespace Shardboard
