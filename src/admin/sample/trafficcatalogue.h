// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

namespace Shardboard::Traffic {

/// What generated requests are made of. A weight is a share of the requests, in no particular unit.
struct Page
{
    double weight;
    std::string_view method;
    std::string_view path; ///< '#' is a number up to `variety`, '@' a word
    int variety;
    double milliseconds; ///< median
    double bytes; ///< median
};

inline constexpr std::array<Page, 18> pages{{
    {16, "GET", "/", 0, 45, 18000},
    {12, "GET", "/products", 0, 60, 32000},
    {15, "GET", "/products/#", 800, 55, 24000},
    {6, "GET", "/search?q=@", 0, 140, 21000},
    {4, "GET", "/search?q=@&page=#", 9, 150, 20000},
    {5, "GET", "/cart", 0, 40, 9000},
    {2, "POST", "/cart/items", 0, 70, 400},
    {1.2, "POST", "/checkout", 0, 240, 3000},
    {1.5, "POST", "/login", 0, 110, 700},
    {2.5, "GET", "/account/orders", 0, 80, 12000},
    {4, "GET", "/blog/@-and-@", 0, 35, 27000},
    {8, "GET", "/api/v1/items?page=#", 40, 30, 5200},
    {3, "GET", "/api/v1/orders/#", 90000, 35, 1800},
    {0.8, "DELETE", "/api/v1/cart/#", 500, 45, 0},
    {7, "GET", "/static/app.css", 0, 6, 48000},
    {7, "GET", "/static/app.js", 0, 7, 160000},
    {6, "GET", "/images/product-#.jpg", 800, 12, 85000},
    {1, "HEAD", "/", 0, 8, 0},
}};

inline constexpr std::array<std::string_view, 20> words{"lamp", "chair", "desk", "notebook", "garden", "bicycle",
    "kettle", "headphones", "backpack", "jacket", "camera", "carpet", "mirror", "puzzle", "teapot", "umbrella",
    "keyboard", "pillow", "shelf", "tent"};

struct Country
{
    double weight;
    std::string_view name;
};

inline constexpr std::array<Country, 20> countries{{{24, "United States"}, {13, "India"}, {9, "Germany"}, {7, "China"},
    {7, "United Kingdom"}, {6, "Brazil"}, {5, "Indonesia"}, {5, "France"}, {4, "Japan"}, {3.5, "Canada"},
    {3, "Netherlands"}, {2.5, "Poland"}, {2.5, "Mexico"}, {2, "Spain"}, {2, "Nigeria"}, {1.5, "South Korea"},
    {1.2, "Australia"}, {1, "Sweden"}, {0.5, "Kenya"}, {0.3, "New Zealand"}}};

struct Agent
{
    double weight;
    std::string_view text;
};

inline constexpr std::array<Agent, 8> agents{{
    {34,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 "
        "Safari/537.36"},
    {22,
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile "
        "Safari/537.36"},
    {17,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 "
        "Mobile/15E148 Safari/604.1"},
    {9,
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 "
        "Safari/605.1.15"},
    {8, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
    {4, "Mozilla/5.0 (compatible; Examplebot/1.0; +http://bots.example.com/)"},
    {3, "curl/7.88.1"},
    {3, "okhttp/4.12.0"},
}};

struct Failure
{
    double weight;
    int status;
};

inline constexpr std::array<Failure, 7> failures{
    {{56, 404}, {12, 500}, {9, 403}, {8, 401}, {6, 429}, {5, 503}, {4, 400}}};
inline constexpr std::array<Failure, 4> burstFailures{{{55, 503}, {25, 502}, {15, 500}, {5, 504}}};

inline constexpr std::array<std::string_view, 4> referringSites{
    "https://search.example/", "https://news.example/today", "https://social.example/feed", "https://mail.example/"};

} // namespace Shardboard::Traffic
