// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;

namespace Shardboard {

/// A path that can be typed or chosen.
class FilePicker final : public QWidget
{
    Q_OBJECT

public:
    explicit FilePicker(const QString &title, QWidget *parent = nullptr);
    QString path() const;
    void setPath(const QString &path);
    void setPlaceholder(const QString &text);
    void setNameFilter(const QString &filter) { m_filter = filter; }

Q_SIGNALS:
    void pathChanged(const QString &path);

private:
    void choose();

    QString m_title;
    QString m_filter;
    QLineEdit *m_edit;
};

} // namespace Shardboard
