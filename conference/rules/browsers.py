"""What a browser is called, from what it says of itself (RFC 9110, 10.1.5): names only, told apart as people do."""

from __future__ import annotations

# The first that is found; what is built on another says the other's name too, and so stands before it.
_SYSTEMS = (
    ("OpenHarmony", "鸿蒙 HarmonyOS"),
    ("HarmonyOS", "鸿蒙 HarmonyOS"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_PROGRAMS = (
    ("wxwork", "企业微信 WeCom"),
    ("MicroMessenger", "微信 WeChat"),
    ("DingTalk", "钉钉 DingTalk"),
    ("MQQBrowser", "QQ 浏览器 QQ Browser"),
    ("UCBrowser", "UC 浏览器 UC Browser"),
    ("HuaweiBrowser", "华为浏览器 Huawei Browser"),
    ("MiuiBrowser", "小米浏览器 Mi Browser"),
    ("VivoBrowser", "vivo 浏览器 vivo Browser"),
    ("HeyTapBrowser", "OPPO 浏览器 OPPO Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def named(user_agent: str) -> str:
    """“iPhone · 微信 WeChat”; empty where nothing is known of it."""
    said = user_agent[:1_000].casefold()
    parts = (next((name for mark, name in known if mark.casefold() in said), "") for known in (_SYSTEMS, _PROGRAMS))
    return " · ".join(part for part in parts if part)
