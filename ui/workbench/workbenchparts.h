// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace Shardboard {

class ConnectionBook;
class ConnectionController;
class DemoController;
class IoThread;
class Library;
class RunningWork;
class SampleController;
class TrustStore;

/// What the window is built on; everything outlives it.
struct WorkbenchParts
{
    IoThread &io;
    ConnectionBook &book;
    ConnectionController &connection;
    Library &library;
    TrustStore &trust;
    RunningWork &work;
    SampleController &sample;
    DemoController &demo;
};

} // namespace Shardboard
