// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/common/filepicker.h"

#include "ui/common/theme.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>

namespace Shardboard {

FilePicker::FilePicker(const QString &title, QWidget *parent)
    : QWidget(parent), m_title(title), m_edit(new QLineEdit(this))
{
    auto *button = new QPushButton(tr("Choose…"), this);
    button->setAccessibleName(tr("Choose: %1").arg(title));
    m_edit->setAccessibleName(title);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_edit, 1);
    layout->addWidget(button);
    setFocusProxy(m_edit);
    connect(button, &QPushButton::clicked, this, &FilePicker::choose);
    connect(m_edit, &QLineEdit::textChanged, this, &FilePicker::pathChanged);
}

QString FilePicker::path() const
{
    return m_edit->text().trimmed();
}

void FilePicker::setPath(const QString &path)
{
    m_edit->setText(path);
}

void FilePicker::setPlaceholder(const QString &text)
{
    m_edit->setPlaceholderText(text);
}

void FilePicker::choose()
{
    auto *dialog = new QFileDialog(this, m_title, path(), m_filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &FilePicker::setPath);
    dialog->open();
}

} // namespace Shardboard
