// SPDX-License-Identifier: GPL-3.0-or-later
// What a program with one empty window costs: the peer of bench_start.
#include <QApplication>
#include <QMainWindow>
#include <QTimer>

#include <cstdio>

namespace {

class BareWindow final : public QMainWindow
{
protected:
    void paintEvent(QPaintEvent *event) override
    {
        QMainWindow::paintEvent(event);
        if (!m_isPainted)
            QTimer::singleShot(0, this, [] {
                std::puts("painted");
                std::fflush(stdout);
            });
        m_isPainted = true;
    }

private:
    bool m_isPainted = false;
};

} // namespace

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    BareWindow window;
    window.resize(1280, 820);
    window.show();
    return QApplication::exec();
}
