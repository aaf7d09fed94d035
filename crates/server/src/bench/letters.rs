//! Letters for measuring and for tests: made up, repeatable from a number, long as real ones are.

use crate::usecase::submit::{Incoming, Part};
use rules::law::{Demand, Kind};
use rules::money::Fen;
use rules::time::Instant;

/// What people write, a sentence at a time.
const SENTENCES: [&str; 24] = [
    "我在这家店购买了一台洗衣机，使用不到两个星期就出现漏水的情况。",
    "多次联系商家售后，对方一直以各种理由推脱，至今没有上门维修。",
    "当时店员承诺七天无理由退货，现在却说已经拆封不能退货。",
    "付款时没有给我开具发票，后来索要时又说需要另外加收税点。",
    "商品外包装上标注的生产日期和里面实际的批号不一致。",
    "我办理了一张健身年卡，只去了三次，门店就突然停业了。",
    "预付的费用还剩下两千多元，负责人的电话已经打不通了。",
    "餐厅在结账的时候多收了茶位费和消毒餐具费，事先没有告知。",
    "孩子报名的培训班更换了老师和上课地点，我们要求退还剩余课时的费用。",
    "网上下单的水果收到时已经腐烂了一大半，平台客服只肯赔偿五元。",
    "手机屏幕在保修期内自己碎裂，检测点说是人为损坏，拒绝保修。",
    "超市价签上写的是九元九角，收银台扫码却收了十二元八角。",
    "美容院在没有说明价格的情况下给我做了项目，事后要求支付三千元。",
    "家具送到后发现颜色和样品完全不同，而且有明显的刺鼻气味。",
    "汽车修理厂更换的配件不是原厂件，但是按照原厂的价格收费。",
    "我保留了聊天记录、付款截图和现场拍摄的照片，可以随时提供。",
    "希望市场监管部门依法调查处理，维护消费者的合法权益。",
    "为了这件事情我已经跑了四趟，耽误了不少工作时间。",
    "店里的营业执照没有挂在显眼的位置，询问时也不愿意出示。",
    "同一个小区还有好几位邻居遇到了一样的情况，大家都很气愤。",
    "宣传单上说的是进口食材，后厨的包装箱却写着国产品牌。",
    "快递签收之后才发现少了两件赠品，商家说仓库已经发齐了。",
    "酒店临时取消了我的订单，又以更高的价格重新上架同一间房。",
    "请帮助协调退还货款，并对商家的行为给予答复。",
];
/// In every letter.
pub const COMMON: &str = "请依法处理";
/// In a handful of letters of a store, however large it is.
pub const RARE: &str = "龘龘牌电饭煲";
/// In no letter.
pub const ABSENT: &str = "魑魅魍魉";
/// In no letter, though many hold all of its pairs of characters.
pub const PAIRS: &str = "漏水果收到";
/// Characters of the narrative at least.
const LENGTH: usize = 520;

/// A small generator (SplitMix64): the same number gives the same letter.
#[derive(Clone, Copy, Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// The next number below `n`.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n.max(1)
    }
}

/// Letter number `i` as a complaint on the public form: name, phone, address and narrative to be sealed. `rare` puts [`RARE`] into it.
#[must_use]
pub fn letter(i: u64, rare: bool, now: Instant) -> Incoming {
    let mut dice = Dice(i);
    let mut narrative = String::with_capacity(LENGTH * 4);
    let mut length = 0;
    while length < LENGTH {
        let sentence = SENTENCES[dice.below(SENTENCES.len() as u64) as usize];
        length += sentence.chars().count();
        narrative.push_str(sentence);
    }
    narrative.push_str(&format!("订单号{:08}，{COMMON}。", dice.below(100_000_000)));
    if rare {
        narrative.push_str(RARE);
    }
    let part = Part {
        kind: Some(Kind::Complaint),
        narrative,
        demands: vec![Demand::Refund],
        amount: Some(Fen(1_000 + i64::try_from(dice.below(1_000_000)).unwrap_or_default())),
        ..Part::default()
    };
    Incoming {
        channel: "web".into(),
        external_id: format!("bench{i:016}"),
        received_at: Some(now),
        parts: vec![part],
        name: format!("测试{i}"),
        phone: format!("138{:08}", i % 100_000_000),
        address: format!("某某路{}号{}单元{}室", i % 500 + 1, i % 5 + 1, i % 30 + 101),
        entrust: true,
        respondent: (format!("第{}综合商店", i % 700 + 1), format!("文昌路{}号", i % 300 + 1), None, String::new()),
        ..Incoming::default()
    }
}
