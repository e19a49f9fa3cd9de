"""Traditional characters in the words of forms (參會方式, 單位, 電話) as the simplified ones that our words are in.

For headers, choices and places alone: nobody's name is ever rewritten.
"""

from __future__ import annotations

_TRADITIONAL = (
    "參與會議現場線電話單位職務號碼機構郵箱電子件類別稱聯絡網絡遠視頻訊領導時間備註說明簽章蓋負責審批證組織廳區縣處"
    "長員體實際贊師專業傳真歲黨團學習應報送請選擇項無沒來賓確認親為麼填寫國際標題總計頁正空紙親臨雲門辦協興發動開關"
    "廣東雲貴陝寧夏蘇龍慶灣臺澳遼濟濱陽陰齊魯滬粵瓊蘭內歷鄉鎮鄰務會講座記錄觀察旁聽嘉媒隨從"
)
_SIMPLIFIED = (
    "参与会议现场线电话单位职务号码机构邮箱电子件类别称联络网络远视频讯领导时间备注说明签章盖负责审批证组织厅区县处"
    "长员体实际赞师专业传真岁党团学习应报送请选择项无没来宾确认亲为么填写国际标题总计页正空纸亲临云门办协兴发动开关"
    "广东云贵陕宁夏苏龙庆湾台澳辽济滨阳阴齐鲁沪粤琼兰内历乡镇邻务会讲座记录观察旁听嘉媒随从"
)
_TABLE = {ord(old): new for old, new in zip(_TRADITIONAL, _SIMPLIFIED, strict=True) if old != new}


def simplified(text: str) -> str:
    """`text` with the characters that forms' own words have; others stay as they are."""
    return text if text.isascii() else text.translate(_TABLE)
