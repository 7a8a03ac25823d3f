//! Whether a password is among those that are guessed first: known to have leaked, trivial, or made of what everybody here knows.
//! Must not keep or log a password; it is asked when one is chosen, not when one is checked.
//! Two measures, as neither is enough alone: `zxcvbn` knows the lists of leaked passwords, keyboards, dates and English, and takes
//! Vietnamese for random letters; the one below knows how Vietnamese is spelt, and what this place, its offices and people are called.

use domain::text;

/// In halves: a syllable is one of some thousand, so that three come to what the other measure asks for, 10⁸ guesses and more.
const ENOUGH: usize = 6;
/// A syllable of Vietnamese costs whoever guesses two halves, any other letter one.
const SYLLABLE: usize = 2;
/// Digits between letters are years and dates: however many there are, they cost no more than a syllable.
const DIGITS: usize = 2;
/// Shorter words stand in too many others.
const SHORTEST_WORD: usize = 4;

/// What people here are known to make passwords of, besides what the agencies are called: places, the product, words of offices,
/// family names, and words for secrets and feelings.
const WORDS: &str = "
    haidang haiphong hoaphuong hoaphuongdo doson catba catbi hongbang ngoquyen lechan kienan haian duongkinh anduong anlao kienthuy
    tienlang vinhbao thuynguyen bachlongvi bachdang vietnam hanoi saigon hochiminh danang cantho quangninh halong haiduong hungyen
    thaibinh namdinh ninhbinh thanhhoa nghean hatinh hoangsa truongsa biendong dongnai binhduong nhatrang dalat vungtau
    quantri quantrivien quanly nguoidung taikhoan admin administrator matkhau password bimat dangnhap ubnd hdnd uybannhandan soyte
    sotttt sokhdt vanphong vanthu chuyenvien lanhdao giamdoc chutich bithu chuongtrinh baocao kehoach thongtin truyenthong doingoai
    thongtindoingoai taichinh noivu ngoaivu giaoduc congan thanhtra tuphap congthuong giaothong xaydung nongnghiep dulich vanhoa
    nguyen tran pham hoang huynh phan dang duong trinh dinh
    anhyeuem emyeuanh toiyeu yeuem xinchao khongbiet khongco hanhphuc giadinh tinhyeu bongda chucmung namoi deptrai xinhgai
    mothaiba mothaibabon qwerty asdf zxcv abcd abcdef test";

/// Consonants that a syllable begins with, marks dropped.
const INITIALS: &str = "b c ch d g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x";
/// What follows, marks dropped.
const RHYMES: &str = "
    a ac ach ai am an ang anh ao ap at au ay e ec ech em en enh eng eo ep et eu i ia ich iec iem ien ieng iep iet ieu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oat oay oc oe oen oeo oet oi om on ong ooc oong op ot u ua uan uang uat uay uc ue uech uenh ui um
    un ung uo uoc uoi uom uon uong uop uot uou up ut uu uy uya uych uyen uyet uynh uyt uyu y yem yen yet yeu";

/// Whether a password is guessed first; `known` is what is known of its owner and of the place where it is used.
pub(crate) fn is_guessable(password: &str, known: &[&str]) -> bool {
    let forms = forms(password);
    let words = words(known, &forms);
    if forms.iter().any(|form| cost(form, &words) < ENOUGH) {
        return true;
    }
    let words: Vec<&str> = known.iter().copied().chain(WORDS.split_whitespace()).collect();
    // Three of four: more than 10⁸ guesses with the lists of leaked passwords at hand.
    zxcvbn::zxcvbn(password, &words).score() < zxcvbn::Score::Three
}

/// What stands in a password without case, accents, other marks, and what is put at either end to please a rule; as it is, and with
/// letters in the place of digits and marks that look like them.
fn forms(password: &str) -> [String; 2] {
    let folded = text::fold(password);
    let stem = folded.trim_matches(|c: char| !c.is_alphabetic());
    let alike = stem.chars().map(|c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    });
    let said = |c: &char| c.is_alphanumeric();
    [stem.chars().filter(said).collect(), alike.filter(said).collect()]
}

/// The words in a password that cost nothing: those above, and every run of words of what is known.
fn words(known: &[&str], forms: &[String]) -> Vec<String> {
    let stands = |word: &str| word.chars().count() >= SHORTEST_WORD && forms.iter().any(|form| form.contains(word));
    let mut words: Vec<String> = WORDS.split_whitespace().filter(|word| stands(word)).map(str::to_owned).collect();
    for text in known {
        let folded = text::fold(text);
        let parts: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
        for from in 0..parts.len() {
            let mut run = String::new();
            for part in &parts[from..] {
                run.push_str(part);
                if !forms.iter().any(|form| form.contains(&run)) {
                    break;
                }
                if stands(&run) {
                    words.push(run.clone());
                }
            }
        }
    }
    words
}

/// What the cheapest reading of a text as words, syllables, digits and single letters costs, in halves.
fn cost(text: &str, words: &[String]) -> usize {
    let mut best = vec![usize::MAX; text.len() + 1];
    best[0] = 0;
    for (at, c) in text.char_indices() {
        let (so_far, rest) = (best[at], &text[at..]);
        if so_far == usize::MAX {
            continue;
        }
        let mut reach = |length: usize, price: usize| best[at + length] = best[at + length].min(so_far + price);
        reach(c.len_utf8(), 1);
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            reach(digits, DIGITS.min(digits));
        }
        for word in words.iter().filter(|word| rest.starts_with(word.as_str())) {
            reach(word.len(), 0);
        }
        for length in syllables(rest) {
            reach(length, SYLLABLE);
        }
    }
    best[text.len()]
}

/// The lengths of the syllables of Vietnamese that a text may begin with.
fn syllables(text: &str) -> impl Iterator<Item = usize> {
    let initials = std::iter::once("").chain(INITIALS.split_whitespace()).filter(|initial| text.starts_with(initial));
    initials.flat_map(|initial| {
        let rest = &text[initial.len()..];
        RHYMES.split_whitespace().filter(|rhyme| rest.starts_with(rhyme)).map(move |rhyme| initial.len() + rhyme.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who chooses, and where: a name, a login, codes and names of agencies and programmes.
    const KNOWN: [&str; 7] = [
        "nguyenthilan",
        "Nguyễn Thị Lan",
        "so-tttt",
        "Sở Thông tin và Truyền thông",
        "Văn phòng Đoàn ĐBQH và HĐND thành phố",
        "bcd-ttdn",
        "HP-1593-2013",
    ];

    #[test]
    fn what_is_guessed_first_is_refused() {
        for weak in [
            "password",
            "12345678",
            "qwertyuiop",
            "Abcd1234!",
            "iloveyou1",
            "Passw0rd!2024",
            "11111111",
            "0913456789",
            "01/01/1990",
            "haidang2013",
            "Haiphong2013",
            "Haiphong@123",
            "Haiphong@2024",
            "Hai@Phong#2024",
            "H4iph0ng2024!",
            "s0thongt1n2024",
            "tr01xanh1990",
            "M4tkh4u-cu4-t0i",
            "Hải Phòng 2024",
            "hai2024phong",
            "quantri@2024",
            "Vietnam123!",
            "hoangsa123",
            "HoangSa-TruongSa",
            "Matkhau@123",
            "mậtkhẩu2025",
            "Admin@12345",
            "hp15932013",
            "HP-1593-2013",
            "1593hp2013",
            "hp1593hp2013",
            "Sothongtin2024",
            "SoTTTT-2026!",
            "Truyenthong@1",
            "vanphongHDND1",
            "nguyenthilan",
            "LanNguyen2020",
            "nguyenvana123",
            "Tran.Phuong.88",
            "Em123456789",
            "!!!hoa2024!!!",
            "Anhyeuem1314",
            "Dangnhap#1",
            "lan@so-tttt",
            "bcd-ttdn-2024",
        ] {
            assert!(is_guessable(weak, &KNOWN), "{weak}");
        }
    }

    #[test]
    fn what_takes_long_to_guess_is_taken() {
        for fine in [
            "thuyền ra khơi lúc rạng đông",
            "thuyen ra khoi luc rang dong",
            "thuyenrakhoilucrangdong",
            "sóng vỗ bờ Hải Phòng đêm 30",
            "songvobohaiphongdem30",
            "Trời xanh mây trắng nắng vàng",
            "mèo đen ngủ trên mái ngói",
            "Bà bán phở gà lúc 5 giờ",
            "correct horse battery staple",
            "kX9#vq-2Lr7w",
            "x7Qp4mZ29k",
            "T9k!wVz3&hQd",
            "3f9c1e7ab20d",
            "Zwiebelkuchen-Orgel-41",
        ] {
            assert!(!is_guessable(fine, &KNOWN), "{fine}");
        }
    }

    #[test]
    fn vietnamese_is_read_syllable_by_syllable() {
        let price = |text: &str| cost(text, &words(&[], &[text.to_owned()]));
        assert_eq!([price("thuyen"), price("nghieng"), price("khuya"), price("quyen")], [SYLLABLE; 4]);
        assert_eq!(price("thuyenrakhoi"), 3 * SYLLABLE);
        assert_eq!([price("haiphong"), price("haiphonghaiphong")], [0; 2]);
        assert_eq!([price("xkcd"), price("12"), price("12345678")], [4, 2, DIGITS]);
    }
}
