import java.util.Scanner;

class Words {
    public static void main(String[] arguments) {
        Scanner scanner = new Scanner(System.in);
        int words = 0;
        while (scanner.hasNext()) {
            scanner.next();
            words++;
        }
        System.out.println(words);
    }
}
