//! Simplified Chinese.

use super::Small;

pub const SMALL: Small = Small {
    connecting: "正在连接",
    connecting_to: "正在连接 {provider}",
    going: "正在前往服务商的页面。",
    going_or_close: "正在前往服务商的页面。如果没有反应，请关闭此窗口，然后在应用中重试。",
    no_opener: "此窗口不是由应用打开的。请关闭它，然后在应用中重新开始。",
    no_script: "此窗口需要 JavaScript。请在浏览器中允许它，然后在应用中重新开始。",
    opener_refused: "打开此窗口的页面不在项目允许的来源之列。请关闭它，并联系应用的运营方。",

    confirm_title: "要连接您的 {provider} 账号吗？",
    confirm_text: "{app} 将可以为 {user} 使用此账号。",
    confirm_own: "只有当这是您本人，并且是您自己在 {app} 中发起时，才继续操作。如果是别人让您来到这里，请关闭此窗口。",
    cancel: "取消",
    go_on: "继续",
    left: "没有连接任何账号。您可以关闭此窗口。",

    paste_title: "打开您的链接",
    paste_text: "您的浏览器在此未运行 JavaScript，无法自行读取链接的末尾部分。请把您收到的完整链接再粘贴一次。",
    paste_label: "链接",
    paste_wrong: "这不是此页面的链接。请粘贴完整链接，包括 # 之后的部分。",

    show_choices: "显示选项",
    choices_wait: "这里的选项取决于上一项选择。请先完成上一项选择。",
    choices_cut: "列表还有更多内容，这里只显示开头部分。",
    choices_away: "无法向 {provider} 查询可选项。请稍后重试。",
    choices_of_app: "此列表在 {app} 中。请在 {app} 中打开设置进行选择。",

    connected_title: "{provider} 已连接",
    connected_text: "您可以关闭此窗口，返回应用。",
    not_connected: "未连接",
    close_window: "您可以关闭此窗口。",
    close_and_start: "请关闭此窗口，然后在应用中重新开始。",
    back_to_app: "返回应用",

    not_ours: "此链接不是我们的，或者在途中被更改。请在应用中重新开始。",
    used: "此链接已被使用。请在应用中重新开始。",
    over: "此次操作已结束，或者已被打开过。请在应用中重新开始。",
    too_late: "已超过十分钟。请在应用中重新开始。",
    other_browser: "此次登录是在另一个浏览器中发起的。请在此浏览器中从应用重新开始。",
    wrong_issuer: "此回应并非来自 {provider}。请在应用中重新开始。",
    denied: "未在 {provider} 的页面上授予访问权限。请在应用中重新开始，并在那里允许访问。",
    refused: "{provider} 的回应：{reason}。请在应用中重新开始；如果仍然不行，请联系应用的运营方。",
    no_answer: "{provider} 让您返回，但没有给出回应。请在应用中重新开始。",
    not_ready: "目前无法连接 {provider}。请联系应用的运营方。",
    provider_down: "{provider} 没有回应。请稍后在应用中重新开始。",
    egress: "此服务器不能访问 {provider} 的地址。请联系应用的运营方。",
    unknown: "这里没有可以连接的内容。请联系应用的运营方。",
    not_permitted: "您无权进行此连接。请联系应用的运营方。",
    signed_out: "您在应用中的登录已失效。请关闭此窗口，重新加载应用后再开始。",
    app_at_fault: "应用打开此窗口的方式不正确。请告知应用的运营方：{reason}",
    too_many: "次数过多。请等待一分钟，然后在应用中重新开始。",
    away: "数据库没有响应，因此没有保存任何内容。请稍后在应用中重新开始。",
    unreachable: "无法建立连接。请检查网络，关闭此窗口，然后在应用中重新开始。",
    fault: "我们这边出了问题。请稍后在应用中重新开始。",
};
