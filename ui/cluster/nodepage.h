// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QSpinBox;

namespace Shardboard {

class Label;

/// Asks for a server: host and port.
class NodePage final : public QWidget
{
    Q_OBJECT

public:
    NodePage(const QString &title, const QString &help, QWidget *parent = nullptr);

    QString host() const;
    int port() const;
    void setAddress(const QString &host, int port);
    bool isAcceptable() const { return !host().isEmpty(); }

Q_SIGNALS:
    void changed();

private:
    QLineEdit *m_host;
    QSpinBox *m_port;
};

} // namespace Shardboard
